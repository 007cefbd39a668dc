// SPDX-License-Identifier: MIT
//
// Threads, exceptions, compression, cryptography, a socket, native libraries, and a full heap.
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.Charset;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

public class Main {
  static int depth(int n) { return depth(n + 1) + 1; }

  static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) text.append(String.format("%02x", b));
    return text.toString();
  }

  public static void main(String[] args) throws Exception {
    System.out.println("Hello, " + args.length + " arguments");
    ExecutorService pool = Executors.newFixedThreadPool(32);
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < 500; ++i) {
      final int n = i;
      tasks.add(() -> {
        try {
          if (n % 3 == 0) throw new IllegalStateException("thrown");
          return String.format("%05d", n * n).hashCode();
        } catch (IllegalStateException error) {
          return error.getMessage().length();
        }
      });
    }
    int sum = 0;
    for (Future<Integer> result : pool.invokeAll(tasks)) sum += result.get();
    pool.shutdown();
    System.out.println("sum " + sum);

    ByteArrayOutputStream squeezed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(squeezed)) { gzip.write(new byte[100000]); }
    byte[] back = new GZIPInputStream(new ByteArrayInputStream(squeezed.toByteArray())).readAllBytes();
    System.out.println("back " + back.length);
    System.out.println(hex(MessageDigest.getInstance("SHA-256").digest("signet".getBytes("UTF-8"))));
    System.out.println(hex("\u65e5".getBytes(Charset.forName("EUC-JP"))));

    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread client = new Thread(() -> {
        try (Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
          socket.getOutputStream().write("over a socket".getBytes());
        } catch (Exception error) {
          System.out.println(error);
        }
      });
      client.start();
      try (Socket socket = server.accept()) {
        System.out.println(new String(socket.getInputStream().readAllBytes()));
      }
      client.join();
    }
    try {
      depth(0);
    } catch (StackOverflowError error) {
      System.out.println("stack overflow");
    }
    try {
      Object nothing = null;
      nothing.toString();
    } catch (NullPointerException error) {
      System.out.println("null");
    }
    try {
      System.loadLibrary("nothing");
    } catch (UnsatisfiedLinkError error) {
      System.out.println("no library");
    }
    long[][] garbage = new long[64][];
    for (int i = 0; i < 20000; ++i) garbage[i % 64] = new long[1000];
    System.gc();
    System.exit(7);
  }
}
