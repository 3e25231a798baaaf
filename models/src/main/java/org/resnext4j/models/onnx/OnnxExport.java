package org.resnext4j.models.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Map;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.tensor.HeapRoom;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.weights.AtomicFile;
import org.resnext4j.models.weights.ModelFile;

/**
 * Writes networks as ONNX files of operator set 17. The input {@code input} holds pictures, {@code
 * [batch, 3, height, width]}. The output {@code logits} holds the logits, {@code [batch, classes]}.
 * The batch may have any size.
 *
 * <p>The file's metadata hold the labels, the preprocessing and the provenance.
 */
public final class OnnxExport {

  /**
   * The operator set. It contains every operation of the networks, and ONNX Runtime supports it
   * since version 1.12.
   */
  private static final int OPERATOR_SET = 17;

  /** The version of the file format (IR version) that belongs to the operator set. */
  private static final int FORMAT = 8;

  /**
   * The most bytes of weights in one file. A protocol buffer holds at most 2 GB, of which the graph
   * itself needs less than 16 MB.
   */
  private static final long MOST_BYTES_IN_ONE_FILE = Integer.MAX_VALUE - (16L << 20);

  private OnnxExport() {}

  /**
   * Writes a network with its weights, atomically.
   *
   * @param file the file to write; the method replaces an existing file
   * @throws IOException if writing fails; an existing file then stays unchanged
   */
  public static void write(Path file, ModelFile model, OnnxOptions options) throws IOException {
    Graph graph = model.model().graph();
    write(file, model.model().name(), graph, model.weights(), model.metadata(), options);
  }

  /**
   * Writes any graph with its weights, atomically.
   *
   * @param file the file to write; the method replaces an existing file
   * @param name the graph's name
   * @param metadata free text, by key
   * @throws IOException if writing fails; an existing file then stays unchanged
   * @throws OutOfMemoryError if the heap has no room for the model; the message states the memory
   *     that the model needs
   */
  public static void write(
      Path file,
      String name,
      Graph graph,
      Weights weights,
      Map<String, String> metadata,
      OnnxOptions options)
      throws IOException {
    long bytes =
        weights.tensors().values().stream()
            .mapToLong(tensor -> (long) tensor.values().length * Float.BYTES)
            .sum();
    boolean external = options.externalData() || bytes > MOST_BYTES_IN_ONE_FILE;
    HeapRoom.require("the weights in ONNX's form", external ? 0 : bytes);
    if (!external) {
      Initialisers initialisers = Initialisers.inModel();
      writeModel(file, model(name, graph, weights, metadata, options, initialisers));
      return;
    }
    Path data = file.resolveSibling(file.getFileName() + ".data");
    Initialisers initialisers = Initialisers.beside(data.getFileName().toString());
    ModelProto model = model(name, graph, weights, metadata, options, initialisers);
    AtomicFile.write(data, initialisers::writeData);
    writeModel(file, model);
  }

  private static void writeModel(Path file, ModelProto model) throws IOException {
    AtomicFile.write(
        file,
        channel -> {
          OutputStream stream = new BufferedOutputStream(Channels.newOutputStream(channel));
          model.writeTo(stream);
          stream.flush();
        });
  }

  private static ModelProto model(
      String name,
      Graph graph,
      Weights weights,
      Map<String, String> metadata,
      OnnxOptions options,
      Initialisers initialisers) {
    GraphProto body = new OnnxGraphWriter(graph, weights, options, initialisers).write(name);
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(FORMAT)
            .setProducerName("resnext4j")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATOR_SET))
            .setGraph(body);
    metadata.forEach((key, value) ->
        model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build();
  }
}
