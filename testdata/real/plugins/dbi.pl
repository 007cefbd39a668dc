# SPDX-License-Identifier: MIT
use strict; use warnings; use DBI;
my $db = DBI->connect("dbi:SQLite:dbname=file.db", "", "", {RaiseError => 1, PrintError => 0});
$db->do("create table fruit(name text, count integer)");
my $insert = $db->prepare("insert into fruit values (?, ?)");
$insert->execute(@$_) for ["pear", 3], ["apple", 10], ["fig", 2];
print join("|", @$_), "\n" for @{$db->selectall_arrayref("select * from fruit order by count")};
$db->sqlite_create_function("twice", 1, sub{2 * shift});
print $db->selectrow_array("select twice(sum(count)) from fruit"), "\n";
eval{$db->do("select * from nothing")};
print $ @ = ~ / (no such table : \w +) /, "\n";
