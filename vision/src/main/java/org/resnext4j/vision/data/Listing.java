package org.resnext4j.vision.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The pictures in a folder and below it, and the files that are no pictures.
 *
 * <p>The listing follows links and lists a folder once, even if several links lead to it. It skips
 * hidden files and folders and those of operating systems, with all files below them.
 *
 * @param pictures in the order of their paths
 * @param unreadable folders that could not be read
 * @param skipped files and folders that are no pictures
 * @param <F> the handle that reads a file
 */
record Listing<F>(List<F> pictures, List<Unreadable> unreadable, Skipped skipped) {

  /**
   * A folder that could not be read.
   *
   * @param path the path in messages
   * @param reason the failure
   */
  record Unreadable(String path, IOException reason) {}

  /** Lists all pictures below a folder. */
  static <F extends Comparable<? super F>> Listing<F> of(Entry.Folder<F> folder) {
    return of(folder, Set.of());
  }

  /**
   * Lists the pictures below a folder.
   *
   * @param elsewhere identities of folders that the listing leaves out when a link leads to them
   */
  static <F extends Comparable<? super F>> Listing<F> of(
      Entry.Folder<F> folder, Set<Object> elsewhere) {
    return new Walk<F>(Listing::isPicture, false).listing(folder, elsewhere);
  }

  /**
   * Lists the files below a folder that pass a test, pictures or not.
   *
   * @param wanted test of a file's handle
   */
  static <F extends Comparable<? super F>> Listing<F> of(
      Entry.Folder<F> folder, Predicate<F> wanted) {
    return new Walk<F>(file -> wanted.test(file.content()), false).listing(folder, Set.of());
  }

  private static boolean isPicture(Entry.File<?> file) {
    return PictureNames.isPicture(file.name());
  }

  /**
   * Whether a folder contains a picture at any depth. A folder that cannot be read counts as empty.
   */
  static <F> boolean holdsPicture(Entry.Folder<F> folder) {
    Walk<F> walk = new Walk<>(Listing::isPicture, true);
    walk.list(folder, Set.of());
    return !walk.pictures.isEmpty();
  }

  /** Lists the folders in a folder, without skipped folders. */
  static <F> List<Entry.Folder<F>> folders(Entry.Folder<F> folder) throws IOException {
    List<Entry.Folder<F>> folders = new ArrayList<>();
    for (Entry<F> entry : folder.entries()) {
      if (entry instanceof Entry.Folder<F> inner && PictureNames.skipped(inner.name()).isEmpty()) {
        folders.add(inner);
      }
    }
    return folders;
  }

  private static final class Walk<F> {
    private final List<F> pictures = new ArrayList<>();
    private final List<Unreadable> unreadable = new ArrayList<>();
    private final SortedMap<String, Integer> skipped = new TreeMap<>();
    private final Set<Object> listed = new HashSet<>();
    private final Predicate<Entry.File<F>> wanted;
    private final boolean firstOnly;

    Walk(Predicate<Entry.File<F>> wanted, boolean firstOnly) {
      this.wanted = wanted;
      this.firstOnly = firstOnly;
    }

    Listing<F> listing(Entry.Folder<F> folder, Set<Object> elsewhere) {
      list(folder, elsewhere);
      pictures.sort(null); // This sorts by the natural order of the handles.
      return new Listing<>(pictures, unreadable, new Skipped(skipped));
    }

    /**
     * Lists a folder.
     *
     * @param elsewhere identities of folders that links in the folder must not lead to
     */
    void list(Entry.Folder<F> folder, Set<Object> elsewhere) {
      try {
        listed.add(folder.identity());
        // A link to a containing folder would add that whole folder.
        Set<Object> barred = new HashSet<>(elsewhere);
        barred.addAll(folder.above());
        for (Entry<F> entry : folder.entries()) {
          take(entry, barred);
          if (firstOnly && !pictures.isEmpty()) {
            return;
          }
        }
      } catch (IOException e) {
        unreadable.add(new Unreadable(folder.path(), e));
      }
    }

    private void take(Entry<F> entry, Set<Object> barred) throws IOException {
      if (PictureNames.skipped(entry.name()).isPresent()) {
        skip(PictureNames.kind(entry.name()));
        return;
      }
      switch (entry) {
        case Entry.File<F> file -> {
          if (wanted.test(file)) {
            pictures.add(file.content());
          } else {
            skip(PictureNames.kind(file.name()));
          }
        }
        case Entry.Folder<F> inner -> {
          Object identity = inner.identity();
          if (listed.contains(identity) || barred.contains(identity)) {
            skip(Skipped.SEEN_BEFORE);
          } else {
            list(inner, barred);
          }
        }
        case Entry.Other<F>(_, String kind) -> skip(kind);
      }
    }

    private void skip(String kind) {
      skipped.merge(kind, 1, Integer::sum);
    }
  }
}
