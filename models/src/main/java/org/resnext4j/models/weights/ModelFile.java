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
 * A network with its weights and its card, as one file holds them.
 *
 * @param model the network
 * @param weights its weights, checked against its graph
 * @param card labels, preprocessing and provenance
 * @param notes remarks on the loading for the user, one sentence each: the choice among several
 *     networks, the tensors set aside
 */
public record ModelFile(ResNeXt model, Weights weights, ModelCard card, List<String> notes) {

  /** Copies the notes. */
  public ModelFile {
    notes = List.copyOf(notes);
  }

  /** A model without notes. */
  public ModelFile(ResNeXt model, Weights weights, ModelCard card) {
    this(model, weights, card, List.of());
  }

  /**
   * Loads a model from a file of any known format.
   *
   * <p>The network is the one that the file's metadata names; without metadata it is recognised
   * from the tensors' names and shapes.
   *
   * @throws WeightFileException if the file is of no known format or damaged, or its tensors do not
   *     fit the network; then every missing, unexpected and differently shaped one is listed
   * @throws IOException if it cannot be read
   */
  public static ModelFile load(Path file) throws IOException {
    return load(file, LoadOptions.defaults());
  }

  /**
   * Loads a model from a file of any known format.
   *
   * @param options which network, which part, and whether the classifier is replaced
   * @throws WeightFileException as {@link #load(Path)}
   * @throws IOException if it cannot be read
   */
  public static ModelFile load(Path file, LoadOptions options) throws IOException {
    return ModelLoader.load(file, options);
  }

  /**
   * Loads a model from the bytes of a file of any known format, such as a resource of the class
   * path. The bytes lie in a temporary file while they are read.
   *
   * @param bytes read to their end; the stream stays open
   * @param options which network, which part, and whether the classifier is replaced
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
   * A network that is not trained yet.
   *
   * @param seed of its first values, which are the paper's initialisation
   */
  public static ModelFile untrained(ResNeXt model, long seed) {
    Weights weights = Initialiser.PAPER.initialise(model.graph(), seed);
    return new ModelFile(model, weights, ModelCard.of(model.name()));
  }

  /**
   * Writes a model as a safetensors file, whole or not at all.
   *
   * @param file where it goes; an existing one is replaced
   * @param type how the numbers are stored: F32, F16 or BF16
   * @throws WeightFileException if a number does not fit the type
   * @throws IOException if writing fails; the file is then as it was
   */
  public static void save(Path file, ModelFile model, ElementType type) throws IOException {
    WeightFiles.write(file, model.weights().tensors(), model.metadata(), type);
  }

  /** The network and its card as free text by key, as they are written beside the weights. */
  public SequencedMap<String, String> metadata() {
    return ModelMetadata.write(this);
  }
}
