package org.resnext4j.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.inference.Classifier;

class ModelFolderTest {

  @TempDir private Path folder;

  private void put(String path) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    try (InputStream weights = Classifier.bundledWeights()) {
      Files.copy(weights, file);
    }
  }

  @Test
  void modelsAreFilesOrFoldersOfVersions() throws IOException {
    put("plain.safetensors");
    put("files/2.safetensors");
    put("files/10.safetensors");
    put("triton/1/model.safetensors");
    put("triton/3/any name.safetensors");
    Files.writeString(folder.resolve("README.md"), "not a model");
    Files.createDirectories(folder.resolve("empty/deeper"));
    ModelFolder source = new ModelFolder().addFolder(folder);
    assertThat(source.names()).containsExactly("files", "plain", "triton");
    assertThat(versions(source, "plain")).containsExactly("1");
    assertThat(versions(source, "files")).containsExactlyInAnyOrder("2", "10");
    assertThat(versions(source, "triton")).containsExactly("1", "3");
  }

  private static List<String> versions(ModelFolder source, String name) throws IOException {
    List<ServedModel> models = source.load(name);
    models.forEach(model -> model.network().close());
    return models.stream().map(ServedModel::version).toList();
  }

  @Test
  void namedModelsKeepTheOrderTheyWereNamedIn() {
    ModelFolder source =
        new ModelFolder().add("zebra", Classifier::bundled).add("apple", Classifier::bundled);
    assertThat(source.names()).containsExactly("zebra", "apple");
  }

  @Test
  void foldersThatCannotBeMeantAreRefused() throws IOException {
    assertThatThrownBy(() -> new ModelFolder().addFolder(folder.resolve("nosuch")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nosuch");
    assertThatThrownBy(() -> new ModelFolder().addFolder(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found none");
    put("good.safetensors");
    put("not a name.safetensors");
    put("misread/weights.safetensors");
    put("two/1/a.safetensors");
    put("two/1/b.safetensors");
    assertThatThrownBy(() -> new ModelFolder().addFolder(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found misread, not a name.safetensors, two");
  }
}
