package org.resnext4j.cli.terminal;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;

/**
 * The standard output. It keeps the reason of a write error, because a print writer reports only
 * that an error occurred.
 */
public final class Results extends OutputStream {

  private final OutputStream out;
  private Optional<IOException> failure = Optional.empty();

  public Results(OutputStream out) {
    this.out = out;
  }

  /** Whether all output was written so far. */
  public boolean complete() {
    return failure.isEmpty();
  }

  /** The failure in one sentence; empty if there was none, or if the reader closed the pipe. */
  public Optional<String> complaint() {
    return failure
        .map(reason -> String.valueOf(reason.getMessage()))
        .filter(reason -> !reason.toLowerCase(Locale.ROOT).contains("pipe"))
        .map("the results could not be written: %s"::formatted);
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      failure = failure.or(() -> Optional.of(e));
      throw e;
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }
}
