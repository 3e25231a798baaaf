package org.resnext4j.inference;

/**
 * A class, and how probable it is.
 *
 * @param name of the class, for people
 * @param index of the class among the network's outputs, from 0
 * @param probability 0 to 1: the softmax over all classes
 */
public record Label(String name, int index, float probability) {}
