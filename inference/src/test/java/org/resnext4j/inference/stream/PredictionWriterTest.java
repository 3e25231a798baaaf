package org.resnext4j.inference.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.resnext4j.inference.Classification;
import org.resnext4j.inference.stream.Prediction.Answered;
import org.resnext4j.inference.stream.Prediction.Failed;
import org.resnext4j.inference.stream.PredictionWriter.Format;
import org.resnext4j.vision.Labels;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PredictionWriterTest {

  private static final Labels LABELS = Labels.of(List.of("cat", "dog, \"big\"", "bird"));

  private static String write(Format format, Prediction... predictions) {
    StringWriter text = new StringWriter();
    try (PredictionWriter writer = PredictionWriter.of(format, new PrintWriter(text), 2)) {
      for (Prediction prediction : predictions) {
        writer.write(prediction);
      }
    }
    return text.toString();
  }

  private static Prediction answered() {
    // Probabilities 1/4, 1/2, 1/4.
    float[] logits = {0, (float) Math.log(2), 0};
    return new Answered("a,b.jpg", Classification.of(LABELS, logits), Optional.empty());
  }

  private static Prediction failed() {
    return new Failed("c.jpg", "there is no such file");
  }

  @Test
  void jsonIsOneArrayWithALineForEachPicture() {
    String text = write(Format.JSON, answered(), failed());
    assertThat(text.lines()).hasSize(4);
    JsonNode array = JsonMapper.shared().readTree(text);
    assertThat(array.size()).isEqualTo(2);
    assertThat(array.get(0).get("file").asString()).isEqualTo("a,b.jpg");
    assertThat(array.get(0).get("top").size()).isEqualTo(2);
    assertThat(array.get(0).at("/top/0/class").asString()).isEqualTo("dog, \"big\"");
    assertThat(array.get(0).at("/top/0/index").asInt()).isEqualTo(1);
    assertThat(array.get(0).at("/top/0/probability").asDouble()).isEqualTo(0.5);
    assertThat(array.get(0).at("/top/1/index").asInt()).isZero();
    assertThat(array.get(1).get("error").asString()).isEqualTo("there is no such file");
  }

  @Test
  void jsonlIsAnObjectALine() {
    List<String> lines = write(Format.JSONL, answered(), failed()).lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(JsonMapper.shared().readTree(lines.get(1)).get("file").asString())
        .isEqualTo("c.jpg");
  }

  @Test
  void csvQuotesWhatNeedsIt() {
    assertThat(write(Format.CSV, answered(), failed()))
        .isEqualTo(
            """
            file,rank,class,index,probability,error\r
            "a,b.jpg",1,"dog, ""big""\",1,0.5,\r
            "a,b.jpg",2,cat,0,0.25,\r
            c.jpg,,,,,there is no such file\r
            """);
  }

  @Test
  void theTableDrawsProbabilities() {
    assertThat(write(Format.TABLE, answered(), failed()).lines())
        .containsExactly(
            "a,b.jpg",
            "   50.00 %  ████████████              dog, \"big\"",
            "   25.00 %  ██████                    cat",
            "c.jpg",
            "  not classified: there is no such file");
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void nothingIsWellFormedToo(Format format) {
    String text = write(format);
    switch (format) {
      case TABLE, JSONL -> assertThat(text).isEmpty();
      case JSON -> assertThat(JsonMapper.shared().readTree(text).isArray()).isTrue();
      case CSV -> assertThat(text.lines()).hasSize(1);
    }
  }
}
