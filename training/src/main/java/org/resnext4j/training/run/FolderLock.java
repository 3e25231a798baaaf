package org.resnext4j.training.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.resnext4j.models.RunFiles;
import org.resnext4j.models.weights.AtomicFile;

/**
 * A lock on a run's folder. Two trainings in one folder would destroy each other's files. The lock
 * ends with {@link #close} or with the process.
 *
 * {@snippet :
 * try (FolderLock lock = FolderLock.take(folder)) {
 *   // … write files …
 * }
 * }
 */
public final class FolderLock implements AutoCloseable {

  private static final String FILE = RunFiles.LOCK;

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Locks a folder and deletes the temporary files that killed processes left in it.
   *
   * @throws TrainingException if another training holds the lock
   * @throws IOException if the folder cannot be written
   */
  public static FolderLock take(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (!isLocked(channel)) {
        throw new TrainingException(folder + ": another training is running in this folder");
      }
      AtomicFile.clearStrays(folder);
      return new FolderLock(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // The other training is in this process.
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
