package org.resnext4j.vision.data;

import java.nio.file.Path;
import java.util.List;

/**
 * The picture files in a folder and below it, by the rule that data sets follow too.
 *
 * @param pictures in the order of their paths
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
    Listing<Path> listing = Listing.of(new DiskFolder(folder));
    return new PictureFiles(
        listing.pictures(),
        listing.unreadable().stream().map(Listing.Unreadable::path).toList(),
        listing.skipped());
  }
}
