package org.resnext4j.cli.terminal;

import java.io.PrintWriter;
import java.util.List;
import org.resnext4j.vision.data.Skipped;
import org.resnext4j.vision.text.Printable;

/** Notices on standard error, with the same words in every command. */
public final class Notices {

  private Notices() {}

  /** The notices about loaded weights. */
  public static void weights(PrintWriter err, List<String> notes) {
    notes.forEach(note -> err.println("resnext: " + Printable.of(note)));
  }

  /**
   * The notice about files that were skipped because they are no pictures, by kind, if there are
   * any.
   */
  public static void skipped(PrintWriter err, Skipped skipped) {
    if (skipped.total() > 0) {
      err.printf("resnext: no pictures, skipped %d: %s%n", skipped.total(), skipped);
    }
  }

  /** The notice about a picture that could not be read. */
  public static void unreadable(PrintWriter err, String source, String reason) {
    err.println(Printable.of("resnext: %s: %s".formatted(source, reason)));
  }
}
