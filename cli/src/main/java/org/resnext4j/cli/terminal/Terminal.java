package org.resnext4j.cli.terminal;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Tells whether a person or a program reads the output. */
public final class Terminal {

  private Terminal() {}

  /** Whether a person reads the standard output. */
  public static boolean isOutput() {
    // Error Prone assumes that the console is never null. In Java 25 it is null without a terminal.
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }

  /** Whether a person reads the error stream, even if the results go to a file. */
  public static boolean isError() {
    try {
      // Java has no method for this test. Linux links the stream's file in /proc.
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return isOutput();
    }
  }
}
