package org.resnext4j.vision.data;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * Files in a folder and below it, found by the rule that data sets follow too.
 *
 * @param pictures the picture files, in the order of their paths
 * @param unreadable folders that could not be looked into
 * @param skipped what is no picture
 */
public record PictureFiles(List<Path> pictures, List<String> unreadable, Skipped skipped) {

  /** Copies the lists. */
  public PictureFiles {
    pictures = List.copyOf(pictures);
    unreadable = List.copyOf(unreadable);
  }

  /** Lists a folder; links are followed, and one that leads in a circle is no harm. */
  public static PictureFiles below(Path folder) {
    return of(Listing.of(new DiskFolder(folder)));
  }

  /** The files of any kind below a folder whose paths are wanted; hidden ones are not looked at. */
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
