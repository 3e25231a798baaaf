/**
 * Networks as data. A {@link org.resnext4j.engine.graph.Graph} is a list of nodes, and each node
 * has an operation ({@link org.resnext4j.engine.graph.Op}) that states its parameters and its
 * output's shape. Nothing else in the project describes a network. Backends, exports, counters and
 * diagrams read graphs by an exhaustive {@code switch}, so a reader that lacks a new operation does
 * not compile.
 *
 * {@snippet :
 * Graph.Builder builder = new Graph.Builder();
 * Node input = builder.add("input", new Op.Input(3));
 * Node pooled = builder.add("avgpool", new Op.GlobalAveragePool(), input);
 * builder.add("fc", new Op.Linear(3, 10), pooled);
 * Graph graph = builder.build();
 * Shape logits = graph.shapes(new Shape(8, 224, 224, 3)).getLast(); // [8, 1, 1, 10]
 * }
 */
package org.resnext4j.engine.graph;
