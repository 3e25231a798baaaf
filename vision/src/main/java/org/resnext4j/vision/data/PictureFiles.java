package org.resnext4j.vision.data;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * Files in a folder and below it, found by the same rule as the pictures of a data set.
 *
 * @param pictures the picture files, in the order of their paths
 * @param unreadable folders that could not be read
 * @param skipped files and folders that are no pictures
 */
public record PictureFiles(List<Path> pictures, List<String> unreadable, Skipped skipped) {

  /** Copies the lists. */
  public PictureFiles {
    pictures = List.copyOf(pictures);
    unreadable = List.copyOf(unreadable);
  }

  /**
   * Lists the pictures in a folder and below it. The walk follows links and lists each folder once;
   * a circle of links is no error.
   */
  public static PictureFiles below(Path folder) {
    return of(Listing.of(new DiskFolder(folder)));
  }

  /**
   * Lists the files below a folder, of any kind, whose paths pass a test. The walk ignores hidden
   * files.
   */
  public static PictureFiles matching(Path folder, Predicate<Path> wanted) {
    return of(Listing.of(new DiskFolder(folder), wanted));
  }

  private static PictureFiles of(Listing<Path> listing) {
    return new PictureFiles(
        listing.pictures(),
        listing.unreadable().stream().map(Listing.Unreadable::path).toList(),
        listing.skipped());
  }
}
