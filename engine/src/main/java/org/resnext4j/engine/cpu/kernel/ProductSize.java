package org.resnext4j.engine.cpu.kernel;

/**
 * The size of a matrix product: {@code c[rows, columns] = a[rows, depth] · b[depth, columns]}.
 *
 * @param rows rows of a and c
 * @param columns columns of b and c
 * @param depth columns of a and rows of b: the number of products that are summed for each value
 */
public record ProductSize(int rows, int columns, int depth) {}
