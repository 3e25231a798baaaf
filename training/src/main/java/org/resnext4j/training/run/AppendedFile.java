package org.resnext4j.training.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that grows record by record, and that can be cut to its length at a checkpoint. */
public final class AppendedFile implements AutoCloseable {

  private final FileChannel channel;

  /**
   * Opens or creates a file and cuts it to a length.
   *
   * @param length largest length, in bytes
   * @throws IOException if the file cannot be opened or cut
   */
  public AppendedFile(Path file, long length) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    channel.truncate(length);
    channel.position(channel.size());
  }

  /** Writes a record behind the last one. */
  public void append(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** Forces all records to the disk and returns the length of the file, in bytes. */
  public long force() throws IOException {
    channel.force(true);
    return channel.position();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
