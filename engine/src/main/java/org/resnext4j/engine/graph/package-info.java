/**
 * A network as data: {@link org.resnext4j.engine.graph.Graph}, its nodes, its operations and their
 * shapes. Nothing else in the project describes a network; everything reads this.
 */
package org.resnext4j.engine.graph;
