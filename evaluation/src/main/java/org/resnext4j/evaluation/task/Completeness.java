package org.resnext4j.evaluation.task;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import org.resnext4j.evaluation.EvaluationSet.Absence;
import org.resnext4j.vision.text.Lists;

/**
 * Compares the files of a data set with the published numbers.
 *
 * @param name name of the data set in messages
 * @param origin address of the published data set
 */
record Completeness(String name, String origin) {

  /**
   * Checks the pictures of each class.
   *
   * @param found number of pictures that exist, by class
   * @param published number of published pictures, by class
   * @param partial whether pictures may be missing
   * @return the missing pictures; empty if there are none
   * @throws DataSetException if pictures are missing and may not be, or there are too many
   */
  List<Absence> check(
      SequencedMap<String, Integer> found, SequencedMap<String, Integer> published, boolean partial)
      throws DataSetException {
    List<String> empty = new ArrayList<>();
    List<String> tooFew = new ArrayList<>();
    int missing = 0;
    int all = 0;
    int there = 0;
    for (String key : published.keySet()) {
      int expected = published.get(key);
      int have = found.getOrDefault(key, 0);
      all += expected;
      there += have;
      if (have == 0) {
        empty.add(key);
      } else if (have < expected) {
        tooFew.add("%s: %d of %d".formatted(key, have, expected));
      } else if (have > expected) {
        throw new DataSetException(
            "%s has %d pictures of '%s', but only %d were published; is something else among them?"
                .formatted(name, have, key, expected));
      }
      missing += expected - have;
    }
    if (missing == 0) {
      return List.of();
    }
    List<String> what = new ArrayList<>();
    if (!empty.isEmpty()) {
      what.add(
          "%d of %d classes have none (%s)"
              .formatted(empty.size(), published.size(), Lists.some(empty)));
    }
    if (!tooFew.isEmpty()) {
      what.add("%d have too few (%s)".formatted(tooFew.size(), Lists.some(tooFew)));
    }
    String message =
        "%s is incomplete: %d of its %d pictures are there; %s"
            .formatted(name, there, all, String.join("; ", what));
    return absent(message, missing, partial);
  }

  /**
   * Reports missing pictures.
   *
   * @param message a sentence that names them
   * @param missing number of missing pictures
   * @param partial whether pictures may be missing
   * @throws DataSetException if pictures may not be missing
   */
  List<Absence> absent(String message, int missing, boolean partial) throws DataSetException {
    if (!partial) {
      throw new DataSetException(
          "%s. The rest is at %s; --partial evaluates what is there".formatted(message, origin));
    }
    return List.of(new Absence("missing from the data set's folder", missing));
  }
}
