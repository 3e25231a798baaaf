package org.resnext4j.training.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that grows by records, and can be cut back to where a checkpoint left it. */
public final class AppendedFile implements AutoCloseable {

  private final FileChannel channel;

  /** Opens or creates a file and cuts what is beyond {@code length} bytes. */
  public AppendedFile(Path file, long length) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    channel.truncate(length);
    channel.position(channel.size());
  }

  public void append(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** Puts everything on the disk and says how long the file is. */
  public long force() throws IOException {
    channel.force(true);
    return channel.position();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
