# SPDX-License-Identifier: MIT
set -u
/usr/lib/jvm/java-17-openjdk-amd64/bin/javac -d . "$DATA/Main.java" || exit
for collector in UseSerialGC UseG1GC UseParallelGC; do
  java -XX:+$collector -Xmx128m -cp . Main one two
  echo "exit status $?"
done
java -Xint -cp . Main
echo "exit status $?"
java -cp . Nothing 2>/dev/null
echo "exit status $?"
