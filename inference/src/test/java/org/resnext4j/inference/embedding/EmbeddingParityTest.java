package org.resnext4j.inference.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.engine.NamedValues;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.inference.Classifier;
import org.resnext4j.inference.Examples;
import org.resnext4j.inference.HeatMap;
import org.resnext4j.inference.stream.BulkEmbedder;
import org.resnext4j.inference.stream.PictureResults;
import org.resnext4j.inference.stream.PictureSource;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.weights.ModelCard;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.vision.Image;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Embeddings against what PyTorch computes. */
class EmbeddingParityTest {

  private static JsonNode fixture(String name) {
    Path file = Path.of(System.getProperty("resnext4j.root", ".."), "../shared/fixtures", name);
    assumeTrue(Files.exists(file), "the reference values are beside the checkout only");
    return JsonMapper.shared().readTree(file.toFile());
  }

  private static Classifier classifier(ResNeXt model, Weights weights) throws Exception {
    ModelCard card =
        new ModelCard(model.name(), List.of(), Optional.empty(), new java.util.LinkedHashMap<>());
    return Classifier.builder().weights(new ModelFile(model, weights, card)).build();
  }

  private static List<float[]> inputs(int count, int size) {
    float[] all = NamedValues.images("input", new Shape(count, size, size, Image.CHANNELS));
    List<float[]> each = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int elements = all.length / count;
      each.add(Arrays.copyOfRange(all, i * elements, (i + 1) * elements));
    }
    return each;
  }

  /** 1,000 weighted sums of 2,048 numbers, all as PyTorch's, leave the numbers no choice. */
  @Test
  void theLinearLayerMakesPyTorchsLogitsOfTheEmbedding() throws Exception {
    JsonNode expected = null;
    for (JsonNode each : fixture("parity.json")) {
      if (each.get("model").asString().equals("resnext50_32x4d")
          && each.at("/input/2").asInt() == 224) {
        expected = each;
      }
    }
    assertThat(expected).isNotNull();
    ResNeXt model = ResNeXt.preset("resnext50_32x4d");
    Weights weights = NamedValues.weights(model.graph());
    float[] matrix = weights.get("fc.weight").values();
    float[] bias = weights.get("fc.bias").values();
    List<Double> wanted = new ArrayList<>();
    expected.get("logits").forEach(row -> row.forEach(value -> wanted.add(value.asDouble())));
    int count = expected.at("/input/0").asInt();
    try (Classifier classifier = classifier(model, weights)) {
      List<float[]> embeddings = classifier.embedPrepared(inputs(count, 224));
      assertThat(embeddings.getFirst()).hasSize(classifier.embeddingSize()).hasSize(2048);
      for (int i = 0; i < wanted.size(); i++) {
        float[] embedding = embeddings.get(i / bias.length);
        int label = i % bias.length;
        double logit = bias[label];
        for (int channel = 0; channel < embedding.length; channel++) {
          logit += (double) matrix[label * embedding.length + channel] * embedding[channel];
        }
        assertThat(logit)
            .isCloseTo(wanted.get(i), within(10 * expected.get("float32_error").asDouble()));
      }
    }
  }

  @Test
  void embeddingsOfPicturesBatchesAndStreamsAreTheSame(@TempDir Path folder) throws Exception {
    List<Image> pictures =
        List.of(
            Examples.picture(20, 30, 1), Examples.picture(40, 17, 2), Examples.picture(16, 16, 3));
    List<PictureSource> sources = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      Path file = Files.write(folder.resolve(i + ".png"), HeatMap.encode(pictures.get(i)));
      sources.add(PictureSource.of(file));
    }
    sources.add(1, PictureSource.of(Files.writeString(folder.resolve("bad.png"), "none")));
    try (Classifier classifier = Classifier.builder().weights(Examples.model()).batch(2).build()) {
      List<float[]> embeddings = classifier.embed(pictures);
      for (int i = 0; i < pictures.size(); i++) {
        assertThat(classifier.embed(pictures.get(i))).isEqualTo(embeddings.get(i));
      }
      List<Embedding> streamed;
      try (PictureResults<Embedding> results =
          BulkEmbedder.of(classifier).embeddings(sources.iterator())) {
        streamed = results.stream().toList();
      }
      assertThat(streamed.get(1))
          .isInstanceOfSatisfying(
              Embedding.Failed.class, bad -> assertThat(bad.reason()).startsWith("expected a"));
      assertThat(
              streamed.stream()
                  .filter(Embedding.Vector.class::isInstance)
                  .map(each -> ((Embedding.Vector) each).values()))
          .containsExactlyElementsOf(embeddings);
    }
  }
}
