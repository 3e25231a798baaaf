package org.resnext4j.serving.http;

import java.io.InputStream;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The body of a request. It ends exactly where the head's {@link Head.Framing} says. Extensions of
 * chunks and trailer fields are read within bounds and dropped.
 *
 * <p>Its methods throw a {@link RequestException} if a chunk is malformed, and a {@link
 * ClientGoneException} if the connection ends first.
 */
final class Body extends InputStream {

  /** Largest number of unread bytes that are read and dropped to keep the connection usable. */
  private static final long SKIPPED = 64 << 10;

  private static final Pattern CHUNK =
      Pattern.compile("([0-9A-Fa-f]{1,15})(?:[ \\t]*;[\\t\\x20-\\x7e\\x80-\\xff]*)?");

  private final Input input;
  private final boolean chunked;
  private final Runnable invitation;
  private boolean invited;
  private final Limits limits;

  /** Number of further bytes allowed for extensions and trailer fields. */
  private int mostExtra;

  /** Total size of all chunks so far, in bytes. */
  private long chunks;

  /** Remaining bytes of the body, or of the current chunk. */
  private long left;

  private boolean begun;
  private boolean finished;
  private boolean broken;

  /**
   * Starts a body at the next byte of the input.
   *
   * @param invitation tells a waiting client to send the body; runs at the first read
   * @param waits whether the client waits for the invitation
   * @param limits bounds the chunks together, and extensions and trailer fields as header fields
   */
  Body(Input input, Head.Framing framing, Runnable invitation, boolean waits, Limits limits) {
    this.input = input;
    this.chunked = framing instanceof Head.Framing.Chunked;
    this.left = framing instanceof Head.Framing.Length(long bytes) ? bytes : 0;
    this.finished = !chunked && left == 0;
    this.invitation = invitation;
    this.invited = !waits;
    this.limits = limits;
    this.mostExtra = limits.headerBytes();
  }

  /** Whether the body has been read to its end or is empty. */
  boolean isFinished() {
    return finished;
  }

  /**
   * Whether the connection can be used after this body: the body has been read, or few bytes
   * remain. A client that got no invitation may send the body or not, so the meaning of its next
   * bytes is unknown.
   */
  boolean canBePassed() {
    return finished || (!broken && !chunked && invited && left <= SKIPPED);
  }

  /** Reads and drops the rest of the body. */
  void pass() {
    byte[] buffer = new byte[8192];
    while (read(buffer, 0, buffer.length) >= 0) {
      // The bytes are dropped.
    }
  }

  /** At least one byte until the end, for readers that ask before they read. */
  @Override
  public int available() {
    return finished ? 0 : 1;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) {
    if (finished || length == 0) {
      return finished ? -1 : 0;
    }
    if (!invited) {
      invited = true;
      invitation.run();
    }
    try {
      if (chunked && left == 0 && !nextChunk()) {
        finished = true;
        return -1;
      }
      int read = input.read(to, offset, (int) Math.min(length, left));
      if (read < 0) {
        throw new ClientGoneException("the connection ended within a body");
      }
      left -= read;
      finished = !chunked && left == 0;
      return read;
    } catch (RequestException | ClientGoneException e) {
      broken = true;
      throw e;
    }
  }

  private boolean nextChunk() {
    if (begun) {
      input.line(0, 400); // The line end after the bytes of a chunk.
    }
    begun = true;
    String line = input.line(16 + mostExtra, 400);
    Matcher chunk = CHUNK.matcher(line);
    if (!chunk.matches()) {
      throw new RequestException(
          400, "a chunk should begin with its size in hexadecimal digits, which this one does not");
    }
    mostExtra = Math.max(0, mostExtra - (line.length() - chunk.group(1).length()));
    left = HexFormat.fromHexDigitsToLong(chunk.group(1));
    if (left > limits.bodyBytes() - chunks) {
      throw limits.tooLarge();
    }
    chunks += left;
    if (left == 0) {
      Head.fields(input, mostExtra, 400);
    }
    return left > 0;
  }
}
