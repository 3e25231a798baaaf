package org.resnext4j.vision.data;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.resnext4j.vision.data.TarArchive.Member;

/**
 * The folders that unpacking an archive would create. {@link #add} builds the tree from the
 * archive's headers in their order. The tree resolves links inside the archive, keeps the last
 * version of a file, and admits no path that leads out of the archive.
 */
final class TarTree {

  private static final int LONGEST_NAME = 4096;
  private static final int MOST_LINKS = 40;

  private sealed interface Node {
    record Leaf(Member member) implements Node {}

    /** A symbolic link with its target as written in the archive. */
    record Link(String target) implements Node {}

    record Special() implements Node {}

    /** A folder, compared by identity. */
    final class Directory implements Node {
      private final Optional<Directory> parent;
      private final SortedMap<String, Node> children = new TreeMap<>();

      private Directory(Optional<Directory> parent) {
        this.parent = parent;
      }
    }
  }

  private final Path archive;
  private final Node.Directory root = new Node.Directory(Optional.empty());
  private final List<String> paths = new ArrayList<>();
  private final Set<String> twice = new HashSet<>();
  private final SortedMap<String, Integer> skipped = new TreeMap<>();

  /**
   * Creates an empty tree.
   *
   * @param archive the archive's name in messages
   */
  TarTree(Path archive) {
    this.archive = archive;
  }

  /** Adds a member of the archive. */
  void add(TarReader.Header header, int number) {
    Optional<List<String>> path = components(header.name());
    TarArchiveEntry entry = header.entry();
    if (path.isEmpty()) {
      skip(Skipped.OUT_OF_ARCHIVE);
    } else if (path.get().isEmpty()) {
      return; // This member is the archive's top folder.
    } else if (entry.isDirectory()) {
      directory(path.get());
    } else {
      List<String> names = path.get();
      Node.Directory folder = directory(names.subList(0, names.size() - 1));
      String full = String.join("/", names);
      Node node = node(entry, new Member(full, number, header.offset(), entry.getSize()));
      if (folder.children.put(names.getLast(), node) == null) {
        paths.add(full);
      } else {
        skip(Skipped.OLDER);
        twice.add(full);
      }
    }
  }

  private Node node(TarArchiveEntry entry, Member member) {
    if (entry.isSymbolicLink()) {
      return new Node.Link(TarReader.decoded(entry.getLinkName()));
    }
    if (entry.isLink()) {
      String target = TarReader.decoded(entry.getLinkName());
      Optional<Node> found =
          components(target).flatMap(names -> resolve(root, String.join("/", names)));
      return found.orElse(null) instanceof Node.Leaf(Member original)
          ? new Node.Leaf(original.as(member.path()))
          : new Node.Link(target);
    }
    boolean special =
        entry.isFIFO()
            || entry.isCharacterDevice()
            || entry.isBlockDevice()
            || entry.isSparse()
            || !entry.isFile();
    return special ? new Node.Special() : new Node.Leaf(member);
  }

  private void skip(String kind) {
    skipped.merge(kind, 1, Integer::sum);
  }

  /**
   * Splits a path into its names below the archive's top folder. Returns empty if the path leads
   * out of the archive.
   */
  private static Optional<List<String>> components(String path) {
    List<String> names = new ArrayList<>();
    for (String name : path.split("/", -1)) {
      if (name.equals("..")) {
        return Optional.empty();
      }
      if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    return path.length() > LONGEST_NAME ? Optional.empty() : Optional.of(names);
  }

  private Node.Directory directory(List<String> names) {
    Node.Directory folder = root;
    for (String name : names) {
      if (folder.children.get(name) instanceof Node.Directory inner) {
        folder = inner;
        continue;
      }
      Node.Directory created = new Node.Directory(Optional.of(folder));
      if (folder.children.put(name, created) != null) {
        skip(Skipped.OLDER);
      }
      folder = created;
    }
    return folder;
  }

  /**
   * Resolves a path relative to a folder. The result is never a link and never outside the archive.
   */
  private static Optional<Node> resolve(Node.Directory from, String path) {
    Node node = from;
    int links = 0;
    Deque<String> names = new ArrayDeque<>();
    push(path, names);
    while (!names.isEmpty()) {
      if (!(node instanceof Node.Directory folder)) {
        return Optional.empty();
      }
      String name = names.pop();
      Optional<? extends Node> next =
          switch (name) {
            case "", "." -> Optional.of(folder);
            case ".." -> folder.parent;
            default -> Optional.ofNullable(folder.children.get(name));
          };
      if (next.isEmpty()) {
        return Optional.empty();
      }
      if (next.get() instanceof Node.Link(String target)) {
        if (++links > MOST_LINKS || target.startsWith("/") || target.length() > LONGEST_NAME) {
          return Optional.empty();
        }
        push(target, names);
      } else {
        node = next.get();
      }
    }
    return Optional.of(node);
  }

  private static void push(String path, Deque<String> names) {
    List.of(path.split("/", -1)).reversed().forEach(names::push);
  }

  /** Returns the top folder. */
  Entry.Folder<Member> top() {
    return new TarFolder(archive, "", "", root);
  }

  /** Lists all files, including the targets of links, in the archive's order. */
  List<Member> files() {
    List<Member> files = new ArrayList<>();
    for (String path : paths) {
      if (resolve(root, path).orElse(null) instanceof Node.Leaf(Member member)) {
        files.add(member.as(path));
      }
    }
    return files;
  }

  /**
   * Returns the paths that occur more than once. The last member of such a path is the valid one.
   */
  Set<String> twice() {
    return Set.copyOf(twice);
  }

  /** Counts the members that are no files. */
  Skipped skipped() {
    return new Skipped(skipped);
  }

  /** A folder of the archive, with the path that led to it. */
  private record TarFolder(Path archive, String name, String prefix, Node.Directory directory)
      implements Entry.Folder<Member> {

    @Override
    public String path() {
      return archive + (prefix.isEmpty() ? "" : "!" + prefix.substring(0, prefix.length() - 1));
    }

    @Override
    public List<Entry<Member>> entries() {
      List<Entry<Member>> entries = new ArrayList<>();
      directory.children.forEach((child, node) -> entries.add(entry(child, node)));
      return entries;
    }

    private Entry<Member> entry(String child, Node node) {
      String path = prefix + child;
      return switch (resolve(directory, child).orElse(node)) {
        case Node.Directory folder -> new TarFolder(archive, child, path + "/", folder);
        case Node.Leaf(Member member) -> new Entry.File<>(child, member.as(path));
        case Node.Special _ -> new Entry.Other<>(child, Skipped.SPECIAL);
        case Node.Link _ ->
            PictureNames.isPicture(child)
                ? new Entry.File<>(child, new Member(path, -1, 0, 0))
                : new Entry.Other<>(child, Skipped.BROKEN_LINKS);
      };
    }

    @Override
    public Object identity() {
      return directory;
    }

    @Override
    public Set<Object> above() {
      Set<Object> above = new HashSet<>();
      for (Optional<Node.Directory> folder = directory.parent;
          folder.isPresent();
          folder = folder.get().parent) {
        above.add(folder.get());
      }
      return above;
    }
  }
}
