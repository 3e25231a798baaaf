package org.resnext4j.inference.stream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.ImageReader;

/** A picture that may still have to be read, under a name. */
public interface PictureSource {

  /** What results and messages call it. */
  String name();

  /**
   * Reads and decodes it.
   *
   * @throws ImageException if it is not a picture that can be read
   * @throws IOException if it is absent or cannot be read
   */
  Image read(ImageReader reader) throws IOException;

  /** A picture file, called by its path. */
  static PictureSource of(Path file) {
    return new PictureSource() {
      @Override
      public String name() {
        return file.toString();
      }

      @Override
      public Image read(ImageReader reader) throws IOException {
        try {
          if (Files.isDirectory(file)) {
            throw new IOException("expected a picture file, found a folder");
          }
          // A shell's <(command) is a pipe as well, but one that somebody writes to.
          if (Files.exists(file) && !Files.isRegularFile(file) && !file.startsWith("/dev")) {
            throw new IOException("expected a picture file, found a pipe or a device");
          }
          return reader.read(file);
        } catch (NoSuchFileException e) {
          throw new IOException("there is no such file", e);
        } catch (AccessDeniedException e) {
          throw new IOException("the file may not be read", e);
        }
      }
    };
  }

  /** A stream that brings a picture file and no more; read once, and never past the limit. */
  static PictureSource of(String name, InputStream stream) {
    return new PictureSource() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Image read(ImageReader reader) throws IOException {
        return reader.read(stream, name);
      }
    };
  }

  /** A name that leads to no picture, so that it is reported in its place and not lost. */
  static PictureSource missing(String name, String reason) {
    return new PictureSource() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Image read(ImageReader reader) throws IOException {
        throw new IOException(reason);
      }
    };
  }
}
