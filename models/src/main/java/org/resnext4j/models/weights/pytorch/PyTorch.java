package org.resnext4j.models.weights.pytorch;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.resnext4j.models.weights.pytorch.Pickled.Dictionary;
import org.resnext4j.models.weights.pytorch.Pickled.Large;
import org.resnext4j.models.weights.pytorch.Pickled.Plain;
import org.resnext4j.models.weights.pytorch.Pickled.Sequence;
import org.resnext4j.models.weights.pytorch.Pickled.StorageReference;
import org.resnext4j.models.weights.pytorch.Pickled.Text;
import org.resnext4j.models.weights.pytorch.Pickled.Whole;
import org.resnext4j.models.weights.storage.ByteReader;
import org.resnext4j.models.weights.storage.Contents;
import org.resnext4j.models.weights.storage.Storage;
import org.resnext4j.models.weights.storage.WeightFileException;

/**
 * Reads the files of {@code torch.save}. A pickle describes the tensors. Their numbers lie beside
 * the pickle in a zip archive, or after it in files from before PyTorch 1.6.
 */
public final class PyTorch {

  /** The number at the start of legacy files. */
  public static final BigInteger LEGACY_MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);

  private static final long LEGACY_PROTOCOL = 1001;
  private static final String PICKLE = "data.pkl";

  /** The most entries that an error lists. */
  private static final int MOST_ENTRIES = 8;

  private static final String BIG_ENDIAN =
      "it was written on a big-endian machine, which is not supported";

  private PyTorch() {}

  /**
   * Reads the zip format. {@code NAME/data.pkl} is the pickle, and {@code NAME/data/k} contains the
   * numbers of storage k.
   */
  public static Contents readZip(Path file, MemorySegment bytes) throws WeightFileException {
    Map<String, Storage> entries = ZipDirectory.read(file, bytes);
    String pickle =
        entries.keySet().stream()
            .filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE))
            .findFirst()
            .orElseThrow(() -> new WeightFileException(file, withoutPickle(entries.keySet())));
    String folder = pickle.substring(0, pickle.length() - PICKLE.length());
    Storage order = entries.get(folder + "byteorder");
    if (order != null && order.size() == "big".length()) {
      throw new WeightFileException(file, BIG_ENDIAN);
    }
    ByteReader in = new ByteReader(file, entries.get(pickle).bytes());
    PickleReader.Result result = PickleReader.read(in);
    Map<String, Storage> storages = new HashMap<>();
    for (String key : result.storages().keySet()) {
      Storage storage = entries.get(folder + "data/" + key);
      if (storage != null) {
        storages.put(key, storage);
      }
    }
    return new StateDict(file, bytes.byteSize(), storages).read(result.root());
  }

  private static String withoutPickle(Set<String> entries) {
    String others =
        entries.stream().allMatch(name -> name.endsWith(".npy"))
            ? "it is a NumPy archive (.npz)"
            : "it holds " + entries.stream().limit(MOST_ENTRIES).toList();
    return "this zip archive holds no data.pkl, so torch.save did not write it; " + others;
  }

  /**
   * Reads the legacy format: pickles of a magic number, a version, the system, the content and the
   * storages' keys, then the number of elements and the numbers of each storage.
   */
  public static Contents readLegacy(Path file, MemorySegment bytes) throws WeightFileException {
    ByteReader in = new ByteReader(file, bytes);
    Pickled first = PickleReader.read(in).root();
    if (!(first instanceof Large magic) || !magic.value().equals(LEGACY_MAGIC)) {
      return new StateDict(file, bytes.byteSize(), Map.of())
          .read(first); // A plain pickle, perhaps of NumPy arrays.
    }
    if (!(PickleReader.read(in).root() instanceof Whole version)
        || version.value() != LEGACY_PROTOCOL) {
      throw in.error("its PyTorch protocol is not %d".formatted(LEGACY_PROTOCOL));
    }
    if (PickleReader.read(in).root() instanceof Dictionary system
        && system.entries.get("little_endian") == Plain.FALSE) {
      throw in.error(BIG_ENDIAN);
    }
    PickleReader.Result result = PickleReader.read(in);
    if (!(PickleReader.read(in).root() instanceof Sequence keys)) {
      throw in.error("its list of storages is missing");
    }
    Map<String, Storage> storages = new HashMap<>();
    for (Pickled item : keys.items) {
      StorageReference reference =
          item instanceof Text key ? result.storages().get(key.value()) : null;
      if (reference == null || reference.type().isEmpty()) {
        throw in.error("its list of storages names one of no known type");
      }
      int width = reference.type().get().bytes();
      long elements = in.longInteger();
      if (elements < 0 || elements > in.remaining() / width) {
        throw in.error(
            "it is truncated or damaged: storage '%s' claims %s numbers of %d bytes, but %d are left"
                .formatted(
                    reference.key(), Long.toUnsignedString(elements), width, in.remaining()));
      }
      storages.put(reference.key(), Storage.of(in.slice(elements * width)));
    }
    return new StateDict(file, bytes.byteSize(), storages).read(result.root());
  }
}
