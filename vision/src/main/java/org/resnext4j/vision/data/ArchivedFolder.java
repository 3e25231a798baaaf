package org.resnext4j.vision.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.resnext4j.vision.ImageReader;

/**
 * An image folder inside a tar archive, compressed or not, read in place: the encoded pictures are
 * kept in memory, so nothing is unpacked to disk.
 */
public final class ArchivedFolder {

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Member(String name, String className, byte[] bytes) {}

  private ArchivedFolder() {}

  /**
   * Reads the pictures {@code folder/CLASS/…} of an archive.
   *
   * @param folder the part of the archive that holds the classes' folders, {@code ""} for its top
   * @param maximumBytes of encoded pictures that may be kept in memory
   * @throws IOException if the archive cannot be read, has no such pictures, or they are too large
   */
  public static Dataset open(Path archive, String folder, ImageReader reader, long maximumBytes)
      throws IOException {
    String prefix = folder.isEmpty() ? "" : folder + "/";
    List<Member> members = new ArrayList<>();
    long[] total = {0};
    Archive.each(
        archive,
        (path, content) -> {
          String name = path.startsWith("./") ? path.substring(2) : path;
          int slash = name.indexOf('/', prefix.length());
          if (!name.startsWith(prefix) || slash < 0 || !PictureNames.isPicture(name)) {
            return;
          }
          byte[] bytes = content.readNBytes((int) Math.min(1 << 30, maximumBytes - total[0] + 1));
          total[0] += bytes.length;
          if (total[0] > maximumBytes) {
            throw new IOException(
                "%s: expected pictures of at most %,d bytes in all, but found more; unpack it"
                    .formatted(archive, maximumBytes));
          }
          members.add(new Member(name, name.substring(prefix.length(), slash), bytes));
        });
    if (members.isEmpty()) {
      throw new IOException(
          "%s: expected pictures as %sCLASS/NAME, but found none".formatted(archive, prefix));
    }
    members.sort(Comparator.comparing(Member::className).thenComparing(Member::name));
    List<String> classes = members.stream().map(Member::className).distinct().toList();
    Map<String, Integer> labels = new HashMap<>();
    classes.forEach(name -> labels.put(name, labels.size()));
    return new EncodedPictures(
        classes,
        members.stream().map(m -> archive + "!" + m.name()).toList(),
        members.stream().mapToInt(m -> labels.get(m.className())).toArray(),
        members.stream().map(Member::bytes).toList(),
        reader);
  }
}
