package org.resnext4j.inference;

/**
 * A class with its probability.
 *
 * @param name name of the class
 * @param index index of the class among the network's outputs, counted from 0
 * @param probability probability from 0 to 1, by softmax over all classes
 */
public record Label(String name, int index, float probability) {}
