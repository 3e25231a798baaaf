package org.resnext4j.vision.metrics;

/**
 * A picture that was taken for what it is not.
 *
 * @param picture its name
 * @param actual index of its class (the first, where it has several)
 * @param predicted index of the class it was taken for
 * @param confidence probability given to that class
 * @param probability probability given to what it is
 */
public record Mistake(
    String picture, int actual, int predicted, double confidence, double probability) {}
