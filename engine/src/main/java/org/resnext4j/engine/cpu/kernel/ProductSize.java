package org.resnext4j.engine.cpu.kernel;

/**
 * The size of a matrix product: {@code c[rows, columns] = a[rows, depth] · b[depth, columns]}.
 *
 * @param depth products that are summed for each value
 */
public record ProductSize(int rows, int columns, int depth) {}
