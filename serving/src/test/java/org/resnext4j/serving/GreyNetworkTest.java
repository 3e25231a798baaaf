package org.resnext4j.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.resnext4j.inference.Classifier;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.Stem;
import org.resnext4j.models.weights.ModelFile;
import tools.jackson.databind.JsonNode;

/** A network of grey pictures behind the service: its tensors have one channel. */
class GreyNetworkTest {

  private static Classifier classifier() throws IOException {
    ResNeXt model =
        ResNeXt.builder()
            .stem(Stem.CIFAR)
            .inputChannels(1)
            .stages(1)
            .stemChannels(16)
            .cardinality(4)
            .width(4)
            .classes(3)
            .build();
    return Classifier.builder().weights(ModelFile.untrained(model, 1)).build();
  }

  @Test
  void picturesAndTensorsOfOneChannelGiveTheClassifiersAnswers() throws IOException {
    try (Classifier own = classifier();
        TestServer server =
            TestServer.start(TestServer.options(), ServedModel.of("grey", "1", classifier()))) {
      JsonNode input = TestServer.json(server.get("/v2/models/grey")).get("inputs").get(0);
      assertThat(input.get("shape").toString()).isIn("[-1,32,32,1]", "[-1,1,32,32]");

      byte[] png = TestServer.png(Color.ORANGE, 32, 32);
      float[] probabilities = own.classify(png).probabilities();
      JsonNode best =
          TestServer.json(server.post("/v1/classify", png, "Content-Type", "image/png"))
              .findValue("predictions")
              .get(0);
      assertThat(best.get("probability").floatValue())
          .isEqualTo(probabilities[best.get("index").intValue()]);

      float[] tensor = own.prepare(own.reader().read(png));
      String body =
          "{\"inputs\":[{\"name\":%s,\"datatype\":\"FP32\",\"shape\":%s,\"data\":%s}]}"
              .formatted(
                  input.get("name"),
                  input.get("shape").toString().replace("-1", "1"),
                  IntStream.range(0, tensor.length).mapToObj(i -> tensor[i]).toList());
      JsonNode answer = TestServer.json(server.post("/v2/models/grey/infer", body));
      float[] logits = own.logits(tensor, 1);
      JsonNode data = answer.get("outputs").get(0).get("data");
      for (int i = 0; i < logits.length; i++) {
        assertThat(data.get(i).floatValue()).isEqualTo(logits[i]);
      }
    }
  }
}
