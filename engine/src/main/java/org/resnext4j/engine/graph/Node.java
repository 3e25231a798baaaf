package org.resnext4j.engine.graph;

import java.util.List;

/**
 * One operation in its place in a {@link Graph}.
 *
 * @param index its position in the graph's order
 * @param name its name, for operations with parameters torchvision's (such as {@code
 *     layer1.0.conv2})
 * @param op its operation
 * @param inputs positions of the nodes whose outputs it reads, all before its own
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

  /** The full name of the parameter with a name within this node, such as {@code weight}. */
  public String parameterName(String parameter) {
    return name + "." + parameter;
  }
}
