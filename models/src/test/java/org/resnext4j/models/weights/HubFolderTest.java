package org.resnext4j.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnext4j.models.weights.storage.WeightFileException;

/** Folders of model hubs as caches, careless people and strangers lay them out. */
class HubFolderTest {

  private static final Path WEIGHTS = Resources.path("relatives/safetensors_prefixed.safetensors");
  private static final Path SHARDS = Resources.path("relatives/hf_trainer");

  /** timm's configuration of a small network. */
  private static final String CONFIG =
      """
      {"label_names": ["ant", "bee", "cat"],
       "pretrained_cfg": {"input_size": [3, 32, 32], "crop_pct": 0.875, "interpolation": "bicubic",
                          "mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25]}}
      """;

  @TempDir private Path outside;
  private Path folder;

  @BeforeEach
  void weights() throws IOException {
    folder = Files.createDirectory(outside.resolve("hub"));
    Files.copy(WEIGHTS, folder.resolve("model.safetensors"));
  }

  private void config(String text) throws IOException {
    Files.writeString(folder.resolve("config.json"), text);
  }

  @Test
  void labelsAndPreprocessingAreTimms() throws IOException {
    config("\uFEFF" + CONFIG);
    ModelCard card = ModelFile.load(folder).card();
    assertThat(card.labels()).containsExactly("ant", "bee", "cat");
    assertThat(card.preprocessingJson().orElseThrow())
        .isEqualTo(
            "{\"resize\":36,\"crop\":32,\"interpolation\":\"bicubic\",\"mean\":[0.5,0.5,0.5],\"deviation\":[0.25,0.25,0.25]}");
  }

  @Test
  void twoClassesMayHaveOneName() throws IOException {
    config(CONFIG.replace("bee", "ant"));
    assertThat(ModelFile.load(folder).card().labels()).containsExactly("ant", "ant", "cat");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          0.875         | 0          | 'crop_pct' must be above 0 and at most 1, but is 0
          0.875         | -1         | 'crop_pct' must be above 0 and at most 1, but is -1
          0.875         | 1e-9       | 'crop_pct' must be above 0 and at most 1, but is 1.0E-9
          0.875         | "all"      | 'crop_pct' must be above 0 and at most 1, but is "all"
          [3, 32, 32]   | [3, 0, 0]  | 'input_size' must be 1 to 16384 pixels, but has 0
          [3, 32, 32]   | [3, 9, 1000000000] | 'input_size' must be 1 to 16384 pixels, but has 1000000000
          [0.25, 0.25, 0.25] | [0.25, 0.25, 0]     | 'std' must hold positive numbers, but has 0
          [0.25, 0.25, 0.25] | [0.25, -0.25, 1]    | 'std' must hold positive numbers, but has -0.25
          [0.25, 0.25, 0.25] | [0.25, 0.25]        | 'std' must hold 3 numbers, or 1 for grey pictures
          [0.5, 0.5, 0.5]    | [0.5, null, 0.5]    | 'mean' must hold finite numbers, but has null
          [0.5, 0.5, 0.5]    | [0.5, 1e999, 0.5]   | 'mean' must hold finite numbers
          [0.5, 0.5, 0.5]    | [0.5, NaN, 0.5]     | it is not valid JSON: it breaks the rules of JSON in line 3
          "cat"]             | "cat", "dog"]       | it names 4 labels for 3 classes
          "cat"]             | 7]                  | 'label_names' must be a text, but is 7
          "label_names"      | "std": 1, "std"     | it is not valid JSON: a key is there twice in line 1
          {"label_names"     | [{"label_names"     | it is not valid JSON
          """)
  void aConfigurationThatCannotBeMeantIsRefusedByItsField(String good, String bad, String problem)
      throws IOException {
    assertThat(CONFIG).contains(good);
    config(CONFIG.replace(good, bad));
    assertThatThrownBy(() -> ModelFile.load(folder))
        .isInstanceOf(WeightFileException.class)
        .hasMessageStartingWith(folder.toString())
        .hasMessageContaining(problem)
        .message()
        .doesNotContain("Jackson", "Token", "Feature", "Node", "\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"id2label": {"0": "ant", "1": "bee", "2": "cat"}} |
          {"id2label": {"2": "cat", "0": "ant", "1": "bee"}} |
          {"id2label": {"0": "ant", "2": "cat"}}             | without a gap
          {"id2label": {"ant": 0, "bee": 1, "cat": 2}}       | must map numbers to names
          {"id2label": {"0": 5, "1": "bee", "2": "cat"}}     | 'id2label.0' must be a text
          ["ant"]                                            | it must be a JSON object
          {}{}                                               | it is not valid JSON
          """)
  void transformersMapNumbersToNames(String config, String problem) throws IOException {
    config(config);
    if (problem == null) {
      assertThat(ModelFile.load(folder).card().labels()).containsExactly("ant", "bee", "cat");
    } else {
      assertThatThrownBy(() -> ModelFile.load(folder)).hasMessageContaining(problem);
    }
  }

  @Test
  void safetensorsComeBeforeAPickleBesideThem() throws IOException {
    Files.writeString(folder.resolve("pytorch_model.bin"), "would be refused if it were read");
    Files.writeString(folder.resolve("model.safetensors.index.json"), "not read either");
    assertThat(ModelFile.load(folder).model().classes()).isEqualTo(3);
  }

  @Test
  void filesMayBeLinksIntoACache() throws IOException {
    Path blobs = Files.createDirectory(outside.resolve("blobs"));
    Path snapshot = Files.createDirectories(outside.resolve("snapshots/0123"));
    int blob = 0;
    try (var files = Files.list(SHARDS)) {
      for (Path file : files.toList()) {
        Files.copy(file, blobs.resolve(Integer.toString(blob)));
        Files.createSymbolicLink(
            snapshot.resolve(file.getFileName()), Path.of("../../blobs/" + blob++));
      }
    }
    assertThat(ModelFile.load(snapshot).card().labels()).containsExactly("ant", "bee", "cat");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"weight_map": {"x": "../model.safetensors"}}  | must name files of this folder, but has '../model.safetensors'
          {"weight_map": {"x": "/etc/passwd"}}           | must name files of this folder, but has '/etc/passwd'
          {"weight_map": {"x": ".."}}                    | must name files of this folder
          {"weight_map": {"x": ""}}                      | must name files of this folder
          {"weight_map": {"x": "a\\u0000b"}}             | must name files of this folder
          {"weight_map": {"x": "absent.safetensors"}}    | it names 'absent.safetensors', which is not here
          {"weight_map": {"x": 3}}                       | 'weight_map.x' must be a text, but is 3
          {"weight_map": {}}                             | 'weight_map' must name the file of each tensor, but is {}
          {"weight_map": ["a"]}                          | 'weight_map' must name the file of each tensor
          {}                                             | 'weight_map' must name the file of each tensor, but is absent
          {"weight_map"                                  | it is not valid JSON: it ends early
          """)
  void anIndexThatLeadsElsewhereIsRefused(String index, String problem) throws IOException {
    Files.move(folder.resolve("model.safetensors"), outside.resolve("model.safetensors"));
    Files.writeString(folder.resolve("model.safetensors.index.json"), index);
    assertThatThrownBy(() -> ModelFile.load(folder))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("model.safetensors.index.json: ")
        .hasMessageContaining(problem);
  }

  @Test
  void aFolderWithoutWeightsSaysWhatWasLookedFor() throws IOException {
    Files.delete(folder.resolve("model.safetensors"));
    assertThatThrownBy(() -> ModelFile.load(folder))
        .hasMessageContaining("without one of [model.safetensors, pytorch_model.bin");
  }
}
