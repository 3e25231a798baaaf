package org.resnext4j.vision.data;

import java.io.IOException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The pictures of a folder that contains one folder for each class.
 *
 * @param classes in the order of the labels
 * @param files in the order of their classes and, within a class, of their paths
 * @param labels labels of the files
 * @param skipped files and folders that hold no picture of a class
 * @param <F> the handle that reads a file
 */
@SuppressWarnings("ArrayRecordComponent") // Nothing compares the records.
record ClassFolders<F>(List<String> classes, List<F> files, int[] labels, Skipped skipped) {

  /**
   * Lists a folder.
   *
   * @param root the folder of the classes' folders
   * @param wanted the classes in the order of their labels; empty for the folders' own names
   * @throws IOException if a folder cannot be listed, a class's folder holds no picture, the root
   *     holds no folder, or a folder's name is none of the wanted classes
   */
  static <F extends Comparable<? super F>> ClassFolders<F> list(
      Entry.Folder<F> root, List<String> wanted) throws IOException {
    SortedMap<String, Integer> skipped = new TreeMap<>();
    SortedMap<String, Entry.Folder<F>> folders = new TreeMap<>();
    for (Entry<F> entry : root.entries()) {
      if (PictureNames.skipped(entry.name()).isPresent()) {
        skipped.merge(PictureNames.kind(entry.name()), 1, Integer::sum);
        continue;
      }
      switch (entry) {
        case Entry.Folder<F> folder -> {
          if (folders.put(className(folder.name()), folder) != null) {
            throw new IOException(
                "%s: expected a folder for each class, but two are called '%s'"
                    .formatted(root.path(), className(folder.name())));
          }
        }
        case Entry.File<F>(String name, _) ->
            skipped.merge(
                PictureNames.isPicture(name) ? Skipped.OUTSIDE_CLASSES : PictureNames.kind(name),
                1,
                Integer::sum);
        case Entry.Other<F>(String name, String kind) -> {
          if (kind.equals(Skipped.BROKEN_LINKS) && name.indexOf('.') < 0) {
            throw new IOException(
                "%s/%s: expected the folder of a class, but found a link that leads nowhere"
                    .formatted(root.path(), name));
          }
          skipped.merge(kind, 1, Integer::sum);
        }
      }
    }
    return list(root, folders, wanted, new Skipped(skipped));
  }

  private static <F extends Comparable<? super F>> ClassFolders<F> list(
      Entry.Folder<F> root,
      SortedMap<String, Entry.Folder<F>> folders,
      List<String> wanted,
      Skipped beside)
      throws IOException {
    if (folders.isEmpty() && wanted.isEmpty()) {
      throw new IOException(
          "%s: expected a folder for each class, but found none%s"
              .formatted(root.path(), but(beside)));
    }
    List<String> classes = wanted.isEmpty() ? List.copyOf(folders.keySet()) : wanted;
    Map<String, Integer> byName = new HashMap<>();
    classes.forEach(name -> byName.put(className(name), byName.size()));
    // A link to another class, or back to the whole data set, adds no pictures to this class.
    Set<Object> elsewhere = new HashSet<>(Set.of(root.identity()));
    for (Entry.Folder<F> folder : folders.values()) {
      elsewhere.add(folder.identity());
    }
    List<F> files = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    Skipped skipped = beside;
    for (Map.Entry<String, Entry.Folder<F>> folder : folders.entrySet()) {
      Integer label = byName.get(folder.getKey());
      if (label == null) {
        throw new IOException(
            "%s: expected the folder's name to be one of %d classes, but found '%s'"
                .formatted(folder.getValue().path(), classes.size(), folder.getKey()));
      }
      Listing<F> listing = Listing.of(folder.getValue(), elsewhere);
      if (!listing.unreadable().isEmpty()) {
        throw listing.unreadable().getFirst().reason();
      }
      if (listing.pictures().isEmpty()) {
        throw new IOException(
            "%s: expected pictures of a class, but found none%s"
                .formatted(folder.getValue().path(), but(listing.skipped())));
      }
      files.addAll(listing.pictures());
      listing.pictures().forEach(p -> labels.add(label));
      skipped = skipped.plus(listing.skipped());
    }
    return new ClassFolders<>(
        classes, files, labels.stream().mapToInt(Integer::intValue).toArray(), skipped);
  }

  private static String but(Skipped skipped) {
    return skipped.total() == 0 ? "" : " (skipped: " + skipped + ")";
  }

  /**
   * Normalises a name to NFC. macOS writes an accented letter as two characters (NFD), other
   * systems as one (NFC); both spellings name one class.
   */
  private static String className(String folder) {
    return Normalizer.normalize(folder, Normalizer.Form.NFC);
  }

  /** Adds skipped files to the counts. */
  ClassFolders<F> withSkipped(Skipped more) {
    return new ClassFolders<>(classes, files, labels, skipped.plus(more));
  }
}
