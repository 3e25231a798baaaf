package org.resnext4j.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
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
    assertThatThrownBy(() -> read("l.json", "{\"0\": true}"))
        .hasMessageContaining("but found true");
    assertThatThrownBy(() -> read("l.json", "7")).hasMessageContaining("array or object");
    assertThatThrownBy(() -> read("l.json", "{\"99999999\": \"a\"}"))
        .hasMessageContaining("expected an index of 0 to 999999");
  }

  @Test
  void indexesMayComeFirstWithAnySeparator() throws IOException {
    Labels three = Labels.of(List.of("a cat", "a dog", "tench, Tinca tinca"));
    assertThat(read("l.txt", "0,a cat\n2,\"tench, Tinca tinca\"\n1,a dog\n")).isEqualTo(three);
    assertThat(read("l.csv", "index,name\r\n0,a cat\r\n1,a dog\r\n2,tench, Tinca tinca\r\n"))
        .isEqualTo(three);
    assertThat(read("l.txt", "0: a cat\n1: a dog\n2: tench, Tinca tinca")).isEqualTo(three);
    assertThat(read("l.txt", "0 a cat\n1 a dog\n2 tench, Tinca tinca")).isEqualTo(three);
    assertThat(read("l.csv", "class,index\na cat,0\na dog,1\n\"tench, Tinca tinca\",2\n"))
        .isEqualTo(three);
    assertThat(read("l.txt", "n01 440764,x").names()).containsExactly("n01 440764,x");
    assertThat(read("l.txt", "n01440764 tench, Tinca tinca\nn01443537 goldfish\n"))
        .isEqualTo(
            new Labels(
                List.of("tench, Tinca tinca", "goldfish"), List.of("n01440764", "n01443537")));
    assertThat(read("l.csv", "1,n01443537,goldfish\n0,n01440764,tench\n").identifiers())
        .containsExactly("n01440764", "n01443537");
  }

  @Test
  void numbersThatAreNoIndexesBelongToTheNames() throws IOException {
    assertThat(read("l.txt", "3 of clubs\n7 of hearts\n").names())
        .containsExactly("3 of clubs", "7 of hearts");
    assertThat(read("l.txt", "0\n1\n2\n").names()).containsExactly("0", "1", "2");
    assertThat(read("l.txt", "name\nindex\n").names()).containsExactly("name", "index");
    assertThat(read("l.txt", "tench, 7\ntrout, 9\n").names())
        .containsExactly("tench, 7", "trout, 9");
    assertThatThrownBy(() -> read("l.txt", "1,a cat\n2,a dog\n"))
        .hasMessageContaining("expected labels for 0 to 1, but found none for 0");
  }

  @Test
  void objectsFromNameToIndexAreLabels() throws IOException {
    Labels two = Labels.of(List.of("a cat", "a dog"));
    assertThat(read("l.json", "{\"a dog\": 1, \"a cat\": 0}")).isEqualTo(two);
    assertThat(read("l.txt", "{\"a dog\": 1, \"a cat\": 0}")).isEqualTo(two);
    assertThat(read("l.json", "{\"class_to_idx\": {\"a dog\": 1, \"a cat\": 0}}")).isEqualTo(two);
    assertThat(
            read(
                "config.json",
                "{\"id2label\": {\"0\": \"a cat\", \"1\": \"a dog\"}, \"model_type\": \"resnet\"}"))
        .isEqualTo(two);
    assertThatThrownBy(() -> read("l.json", "{\"a cat\": 0, \"a dog\": 0}"))
        .hasMessageContaining("index 0 has two labels");
    assertThatThrownBy(() -> read("l.json", "{\"0\": \"a cat\", \"0\": \"a dog\"}"))
        .hasMessageContaining("a key is there twice in line 1");
  }

  @Test
  void marksOfByteOrderAreNoPartOfAName() throws IOException {
    String text = "\ufeffairplane\r\nautomobile\r\n";
    Labels two = Labels.of(List.of("airplane", "automobile"));
    assertThat(read("l.txt", text)).isEqualTo(two);
    for (Charset charset :
        List.of(
            StandardCharsets.UTF_16LE,
            StandardCharsets.UTF_16BE,
            StandardCharsets.UTF_32LE,
            StandardCharsets.UTF_32BE)) {
      Files.write(folder.resolve("l.txt"), text.getBytes(charset));
      assertThat(Labels.read(folder.resolve("l.txt"))).isEqualTo(two);
    }
    assertThat(read("l.json", "\ufeff[\"airplane\", \"automobile\"]")).isEqualTo(two);
    assertThat(read("l.tsv", "\ufeff1\tautomobile\n0\tairplane\n")).isEqualTo(two);
  }

  @Test
  void bytesThatAreNoTextAreAnErrorWithItsLine() throws IOException {
    Path file = folder.resolve("l.txt");
    Files.write(file, "cat\ncaf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Labels.read(file))
        .hasMessage(file + ": expected UTF-8 text, but line 2 has bytes of something else");
    Files.write(file, "cat\n".getBytes(StandardCharsets.UTF_16LE));
    assertThatThrownBy(() -> Labels.read(file)).hasMessageContaining("line 1 has bytes");
    assertThatThrownBy(() -> Labels.read(folder)).hasMessageContaining("found a folder");
  }

  @Test
  void wrongJsonIsToldInPlainWords() {
    assertThatThrownBy(() -> read("l.json", "{\"0\": NaN}"))
        .hasMessage(
            folder.resolve("l.json")
                + ": expected JSON, but there is something else in line 1, column 10");
    assertThatThrownBy(() -> read("l.json", "{\"0\": \"a\"")).hasMessageContaining("it ends early");
    assertThatThrownBy(() -> read("l.txt", "{0: 'tench', 1: 'goldfish'}"))
        .hasMessageContaining("there is something else in line 1");
    assertThatThrownBy(() -> read("l.json", "[".repeat(100_000)))
        .hasMessageContaining("nested too deeply");
  }
}
