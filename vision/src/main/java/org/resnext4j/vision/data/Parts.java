package org.resnext4j.vision.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The folders of a data set. A data set has either parts such as {@code train} and {@code val},
 * each with a folder for each class, or a folder for each class and no parts.
 *
 * @param top the folder of the parts or classes
 * @param folders the parts by their names in small letters; none if there are no parts
 * @param beside files and folders beside the parts
 * @param <F> the handle that reads a file
 */
record Parts<F extends Comparable<? super F>>(
    Entry.Folder<F> top, SortedMap<String, Entry.Folder<F>> folders, Skipped beside) {

  /**
   * Finds the parts. If a folder or archive holds a single folder, which contains all others, the
   * search begins at that folder.
   *
   * @throws IOException if a folder cannot be listed, or the names of two parts differ in capitals
   *     only
   */
  static <F extends Comparable<? super F>> Parts<F> of(Entry.Folder<F> root) throws IOException {
    Entry.Folder<F> top = top(root);
    List<Entry.Folder<F>> named = new ArrayList<>();
    boolean divided = false;
    boolean allNamed = true;
    for (Entry.Folder<F> folder : Listing.folders(top)) {
      if (isPart(folder)) {
        named.add(folder);
        divided |= holdsClasses(folder);
      } else {
        allNamed &= !Listing.holdsPicture(folder);
      }
    }
    SortedMap<String, Entry.Folder<F>> folders = new TreeMap<>();
    if (!divided && !allNamed) {
      return new Parts<>(top, folders, Skipped.NOTHING);
    }
    for (Entry.Folder<F> folder : named) {
      if (folders.put(folder.name().toLowerCase(Locale.ROOT), folder) != null) {
        throw new IOException(
            "%s: expected one folder '%s', but found two that differ in capitals"
                .formatted(top.path(), folder.name().toLowerCase(Locale.ROOT)));
      }
    }
    return new Parts<>(top, folders, folders.isEmpty() ? Skipped.NOTHING : beside(top));
  }

  private static <F> Entry.Folder<F> top(Entry.Folder<F> root) throws IOException {
    Set<Object> seen = new HashSet<>();
    Entry.Folder<F> top = root;
    while (seen.add(top.identity())) {
      List<Entry.Folder<F>> folders = Listing.folders(top);
      if (folders.size() != 1 || isPart(folders.getFirst()) || !holdsClasses(folders.getFirst())) {
        return top;
      }
      top = folders.getFirst();
    }
    return root;
  }

  private static boolean isPart(Entry.Folder<?> folder) {
    return Datasets.Split.isNamed(folder.name());
  }

  /** Whether a folder contains folders of pictures, and no pictures beside them. */
  private static <F> boolean holdsClasses(Entry.Folder<F> folder) throws IOException {
    for (Entry<F> entry : folder.entries()) {
      if (entry instanceof Entry.File<F> && PictureNames.isPicture(entry.name())) {
        return false;
      }
    }
    return Listing.folders(folder).stream().anyMatch(Listing::holdsPicture);
  }

  private static <F> Skipped beside(Entry.Folder<F> top) throws IOException {
    SortedMap<String, Integer> skipped = new TreeMap<>();
    for (Entry<F> entry : top.entries()) {
      Optional<String> kind =
          switch (entry) {
            case Entry.Folder<F> folder when PictureNames.skipped(folder.name()).isEmpty() ->
                isPart(folder) ? Optional.empty() : Optional.of(Skipped.BESIDE_PARTS);
            case Entry.File<F>(String name, _) when PictureNames.isPicture(name) ->
                Optional.of(Skipped.OUTSIDE_CLASSES);
            case Entry.Other<F>(_, String special) -> Optional.of(special);
            default -> Optional.of(PictureNames.kind(entry.name()));
          };
      kind.ifPresent(k -> skipped.merge(k, 1, Integer::sum));
    }
    return new Skipped(skipped);
  }

  /**
   * Lists the pictures of one part.
   *
   * @return empty if the data set has parts, but not this one; all pictures if it has no parts
   * @throws IOException if a folder cannot be listed, or a class has no picture
   */
  Optional<ClassFolders<F>> open(Datasets.Split split) throws IOException {
    if (folders.isEmpty()) {
      return Optional.of(ClassFolders.list(top, List.of()));
    }
    for (String name : split.names()) {
      if (folders.containsKey(name)) {
        return Optional.of(ClassFolders.list(folders.get(name), List.of()).withSkipped(beside));
      }
    }
    return Optional.empty();
  }
}
