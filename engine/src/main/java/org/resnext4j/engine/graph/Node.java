package org.resnext4j.engine.graph;

import java.util.List;

/**
 * A node of a {@link Graph}: an operation and the nodes whose outputs it reads.
 *
 * @param index position in the graph
 * @param name the node's name; nodes with parameters have torchvision's names, such as {@code
 *     layer1.0.conv2}
 * @param op the operation
 * @param inputs positions of the nodes that it reads, all smaller than its own position
 */
public record Node(int index, String name, Op op, List<Integer> inputs) {

  /** Copies the inputs. */
  public Node {
    inputs = List.copyOf(inputs);
  }

  /** The full name of a parameter of this node, as in a {@code state_dict}. */
  public String parameterName(Parameter parameter) {
    return name + "." + parameter.name();
  }

  /**
   * The full name of a parameter of this node, given its name within the node, such as {@code
   * weight}.
   */
  public String parameterName(String parameter) {
    return name + "." + parameter;
  }
}
