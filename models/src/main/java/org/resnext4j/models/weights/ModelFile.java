package org.resnext4j.models.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.SequencedMap;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.Initialiser;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.models.weights.storage.WeightFileException;

/**
 * The content of a model file: a network, its weights and its card.
 *
 * @param model the network
 * @param weights the weights, which match the network's graph
 * @param card labels, preprocessing and provenance
 * @param notes the loader's remarks for the user, one sentence each: the choice among several
 *     networks, the tensors set aside
 */
public record ModelFile(ResNeXt model, Weights weights, ModelCard card, List<String> notes) {

  /** Copies the notes. */
  public ModelFile {
    notes = List.copyOf(notes);
  }

  /** Creates a model without notes. */
  public ModelFile(ResNeXt model, Weights weights, ModelCard card) {
    this(model, weights, card, List.of());
  }

  /**
   * Loads a model from a file of any known format.
   *
   * <p>The file's metadata name the network. Without metadata the loader recognises the network
   * from the names and shapes of the tensors.
   *
   * @throws WeightFileException if the file is damaged or of an unknown format, or if its tensors
   *     do not fit the network; the message lists every missing tensor, every unexpected tensor and
   *     every tensor of another shape
   * @throws IOException if the file cannot be read
   */
  public static ModelFile load(Path file) throws IOException {
    return load(file, LoadOptions.defaults());
  }

  /**
   * Loads a model from a file of any known format.
   *
   * @param options the network, the part of the file and the handling of the classifier
   * @throws WeightFileException as {@link #load(Path)}
   * @throws IOException if the file cannot be read
   */
  public static ModelFile load(Path file, LoadOptions options) throws IOException {
    return ModelLoader.load(file, options);
  }

  /**
   * Loads a model from the bytes of a file of any known format, such as a resource of the class
   * path. The method copies the bytes to a temporary file for the time of the reading.
   *
   * @param bytes the file's bytes; the method reads the stream to its end and leaves it open
   * @param options the network, the part of the file and the handling of the classifier
   * @throws WeightFileException as {@link #load(Path)}
   * @throws IOException if the stream cannot be read or the temporary file cannot be written
   */
  public static ModelFile load(InputStream bytes, LoadOptions options) throws IOException {
    Path file = Files.createTempFile("resnext4j", ".weights");
    try {
      Files.copy(bytes, file, StandardCopyOption.REPLACE_EXISTING);
      return ModelLoader.load(file, options);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /**
   * Returns an untrained network with the paper's initialisation.
   *
   * @param seed the seed of the initial values
   */
  public static ModelFile untrained(ResNeXt model, long seed) {
    Weights weights = Initialiser.PAPER.initialise(model.graph(), seed);
    return new ModelFile(model, weights, ModelCard.of(model.name()));
  }

  /**
   * Writes a model as a safetensors file, atomically.
   *
   * @param file the file to write; the method replaces an existing file
   * @param type the type of the stored numbers: F32, F16 or BF16
   * @throws WeightFileException if a number does not fit the type
   * @throws IOException if writing fails; an existing file then stays unchanged
   */
  public static void save(Path file, ModelFile model, ElementType type) throws IOException {
    WeightFiles.write(file, model.weights().tensors(), model.metadata(), type);
  }

  /** Returns the network and its card as the metadata of a weight file: free text by key. */
  public SequencedMap<String, String> metadata() {
    return ModelMetadata.write(this);
  }
}
