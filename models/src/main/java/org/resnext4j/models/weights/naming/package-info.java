/**
 * Finds a network among the tensors of a file: conventions of parameter names, prefixes,
 * classifiers, and the network that the shapes describe.
 */
package org.resnext4j.models.weights.naming;
