/**
 * The family: {@link org.resnext4j.models.ResNeXt} describes a network, {@link
 * org.resnext4j.models.Presets} names the usual ones, {@link org.resnext4j.models.Complexity}
 * counts what they cost, {@link org.resnext4j.models.Initialiser} gives them their first values.
 */
package org.resnext4j.models;
