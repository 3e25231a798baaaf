package org.resnext4j.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelsTest {

  @TempDir private Path folder;

  private Labels read(String name, String text) throws IOException {
    return Labels.read(Files.writeString(folder.resolve(name), text));
  }

  @Test
  void imagenetHasItsThousandClasses() {
    Labels labels = Labels.imagenet();
    assertThat(labels.size()).isEqualTo(1000);
    assertThat(labels.name(0)).isEqualTo("tench");
    assertThat(labels.identifier(999)).isEqualTo("n15075141");
    assertThat(labels.indexOf("n02123045")).hasValue(281);
    assertThat(labels.identifiers()).doesNotHaveDuplicates();
    assertThat(labels.indexesOf(List.of("n02123045", "n01440764"))).containsExactly(281, 0);
    assertThatThrownBy(() -> labels.indexesOf(List.of("n0")).sum()).hasMessageContaining("'n0'");
  }

  @Test
  void cifarHasItsClassesInOrder() {
    assertThat(Labels.cifar10().names())
        .startsWith("airplane", "automobile")
        .hasSize(10)
        .isSorted();
    assertThat(Labels.cifar100().names())
        .startsWith("apple")
        .endsWith("worm")
        .hasSize(100)
        .isSorted();
  }

  @Test
  void everyFormOfFileIsRead() throws IOException {
    Labels two = Labels.of(List.of("a cat", "a dog"));
    assertThat(read("l.txt", "a cat\n\n  a dog \r\n")).isEqualTo(two);
    assertThat(read("l.tsv", "1\ta dog\n0\ta cat\n")).isEqualTo(two);
    assertThat(read("l.json", "[\"a cat\", \"a dog\"]")).isEqualTo(two);
    assertThat(read("l.json", "{\"1\": \"a dog\", \"0\": \"a cat\"}")).isEqualTo(two);
    Labels identified = new Labels(two.names(), List.of("n1", "n2"));
    assertThat(read("l.tsv", "0\tn1\ta cat\n1\tn2\ta dog\n")).isEqualTo(identified);
    assertThat(read("l.json", "{\"0\": [\"n1\", \"a cat\"], \"1\": [\"n2\", \"a dog\"]}"))
        .isEqualTo(identified);
  }

  @Test
  void badFilesGetOneClearSentence() {
    assertThatThrownBy(() -> read("l.txt", "\n")).hasMessageContaining("at least one label");
    assertThatThrownBy(() -> read("l.tsv", "0\ta\n2\tb\n"))
        .hasMessageContaining("expected labels for 0 to 1, but found none for 1");
    assertThatThrownBy(() -> read("l.tsv", "0\ta\n0\tb\n"))
        .hasMessageContaining("l.tsv:2: index 0 has two labels");
    assertThatThrownBy(() -> read("l.tsv", "x\ta\n"))
        .hasMessageContaining("expected an index, but found 'x'");
    assertThatThrownBy(() -> read("l.json", "{\"0\": 3}")).hasMessageContaining("but found 3");
    assertThatThrownBy(() -> read("l.json", "7")).hasMessageContaining("array or object");
    assertThatThrownBy(() -> read("l.json", "{\"99999999\": \"a\"}"))
        .hasMessageContaining("expected an index of 0 to 999999");
  }
}
