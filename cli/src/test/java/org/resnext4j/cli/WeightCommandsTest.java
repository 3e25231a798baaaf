package org.resnext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.cli.weights.ConvertCommand;
import org.resnext4j.cli.weights.InspectCommand;
import org.resnext4j.models.Initialiser;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.weights.ModelCard;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.models.weights.storage.ElementType;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WeightCommandsTest {

  private static final ResNeXt MODEL = ResNeXt.preset("resnet20");

  @TempDir private Path folder;

  @Test
  void aFileIsConvertedToHalfPrecisionWithAFreshClassifierAndInspected() throws IOException {
    Path in = folder.resolve("in.safetensors");
    Path out = folder.resolve("out.safetensors");
    ModelFile.save(
        in,
        new ModelFile(
            MODEL, Initialiser.PAPER.initialise(MODEL.graph(), 1), ModelCard.of(MODEL.name())),
        ElementType.F32);
    String converted =
        run(
            new ConvertCommand(),
            in.toString(),
            out.toString(),
            "--dtype",
            "f16",
            "--classes",
            "3");
    assertThat(converted).contains("resnet20, 3 classes, F16");
    ModelFile loaded = ModelFile.load(out);
    assertThat(loaded.model()).isEqualTo(MODEL.withClasses(3));

    String json = run(new InspectCommand(), out.toString(), "--json", "--statistics");
    JsonNode tensor = JsonMapper.shared().readTree(json).get("tensors").get(1);
    assertThat(tensor.get("name").asString()).isEqualTo("bn1.weight");
    assertThat(tensor.get("type").asString()).isEqualTo("F16");
    assertThat(tensor.get("statistics").get("mean").asDouble()).isEqualTo(1);
    assertThat(run(new InspectCommand(), out.toString()))
        .contains("likely model: resnet20, 3 classes", "layer3.2.conv2.weight");
  }

  private static String run(Object command, String... arguments) {
    StringWriter out = new StringWriter();
    int code =
        new CommandLine(command)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(new PrintWriter(out))
            .execute(arguments);
    assertThat(code).isZero();
    return out.toString();
  }
}
