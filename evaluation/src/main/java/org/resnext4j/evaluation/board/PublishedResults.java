package org.resnext4j.evaluation.board;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * The published values: the paper's tables and other publications about the family.
 *
 * {@snippet :
 * int values = PublishedResults.load().results().size();
 * }
 *
 * @param tasks titles of the tasks by name, in the order of the board
 * @param models titles of the networks by name
 * @param results the values
 */
public record PublishedResults(
    SequencedMap<String, String> tasks,
    SequencedMap<String, String> models,
    List<PublishedResult> results) {

  private record File(
      SequencedMap<String, String> tasks,
      SequencedMap<String, String> models,
      List<Group> results) {}

  /** The values of one table: for each model one value of each metric. */
  private record Group(
      String source,
      String task,
      String dataSet,
      String setting,
      int crop,
      List<List<String>> metrics,
      SequencedMap<String, List<Double>> values,
      Optional<String> weights,
      Optional<String> sha256,
      Optional<String> note) {

    List<PublishedResult> results() {
      List<PublishedResult> results = new ArrayList<>();
      values.forEach((model, numbers) -> {
        for (int i = 0; i < metrics.size(); i++) {
          results.add(
              new PublishedResult(
                  source,
                  task,
                  dataSet,
                  setting,
                  crop,
                  metrics.get(i).get(0),
                  metrics.get(i).get(1),
                  model,
                  numbers.get(i),
                  weights,
                  sha256,
                  note));
        }
      });
      return results;
    }
  }

  /** Reads the values that ship with this module. */
  public static PublishedResults load() {
    try (InputStream stream = PublishedResults.class.getResourceAsStream("published.json")) {
      File file = JsonMapper.shared().readValue(stream, File.class);
      return new PublishedResults(
          file.tasks(),
          file.models(),
          file.results().stream().flatMap(group -> group.results().stream()).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Title of a network, or its name if it has no title. */
  public String modelTitle(String model) {
    return models.getOrDefault(model, model);
  }

  /** Title of a task, or its name if it has no title. */
  public String taskTitle(String task) {
    return tasks.getOrDefault(task, task);
  }
}
