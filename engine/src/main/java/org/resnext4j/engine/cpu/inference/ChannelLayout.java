package org.resnext4j.engine.cpu.inference;

import java.util.Arrays;
import org.resnext4j.engine.cpu.kernel.Packing;

/**
 * The places of a pixel's channels in memory. Each layer chooses the order that its kernel reads
 * fastest. The neighbouring layers pack their weights in this order, so it costs no time.
 *
 * <p>The channels fill {@code runs} runs of {@code runLength} contiguous places. The places between
 * the runs are padding, and no result depends on them. In {@link #lanesAcrossGroups}, a run also
 * contains padding if the groups do not fill the last vector; the weights of this padding are zero.
 *
 * @param order the mapping of channels to places
 * @param channels number of channels
 * @param groups number of groups; 1 if the order does not depend on groups
 * @param stride number of places of a pixel
 * @param lanes number of values in a vector
 * @param runs number of runs that hold channels
 * @param runLength number of places in a run
 * @param runStep distance between the starts of neighbouring runs
 */
record ChannelLayout(
    Order order,
    int channels,
    int groups,
    int stride,
    int lanes,
    int runs,
    int runLength,
    int runStep) {

  /** A mapping of channels to places. */
  enum Order {
    /** Channel c has place c. */
    PLAIN,
    /** Each group starts a new vector. */
    PADDED_GROUPS,
    /** Lanes are groups: a vector holds channel j of as many groups as it has lanes. */
    LANES_ACROSS_GROUPS
  }

  /**
   * Channels in their own order and without padding, for maps that no kernel writes in whole
   * vectors.
   */
  static ChannelLayout compact(int channels) {
    return new ChannelLayout(Order.PLAIN, channels, 1, channels, 1, 1, channels, channels);
  }

  /**
   * Adds a cache line to strides that are multiples of 1 KiB. The pixels would otherwise share few
   * cache sets.
   */
  private static int apart(int stride, int lanes) {
    return stride % 256 == 0 ? stride + Packing.roundUp(Packing.LINE, lanes) : stride;
  }

  /** Channels in their own order with padding to whole vectors. */
  static ChannelLayout plain(int channels, int lanes) {
    int stride = apart(Packing.roundUp(channels, lanes), lanes);
    return new ChannelLayout(Order.PLAIN, channels, 1, stride, lanes, 1, channels, stride);
  }

  /** Channels group by group; each group has padding to whole vectors. */
  static ChannelLayout paddedGroups(int channels, int groups, int lanes) {
    int width = channels / groups;
    if (width % lanes == 0) {
      return plain(channels, lanes);
    }
    int step = Packing.roundUp(width, lanes);
    return new ChannelLayout(
        Order.PADDED_GROUPS, channels, groups, groups * step, lanes, groups, width, step);
  }

  /**
   * Lanes across cardinality: a vector holds channel j of as many consecutive groups as it has
   * lanes. A grouped convolution then multiplies vectors lane by lane.
   */
  static ChannelLayout lanesAcrossGroups(int channels, int groups, int lanes) {
    int width = channels / groups;
    int places = Packing.roundUp(groups, lanes) * width;
    int stride = apart(places, lanes);
    boolean scattered = groups < lanes;
    return new ChannelLayout(
        Order.LANES_ACROSS_GROUPS,
        channels,
        groups,
        stride,
        lanes,
        scattered ? width : 1,
        scattered ? groups : places,
        scattered ? lanes : stride);
  }

  /** The place of a channel within its pixel. */
  int position(int channel) {
    int width = channels / groups;
    int group = channel / width;
    int within = channel % width;
    return switch (order) {
      case PLAIN -> channel;
      case PADDED_GROUPS -> group * runStep + within;
      case LANES_ACROSS_GROUPS -> (group / lanes * width + within) * lanes + group % lanes;
    };
  }

  /**
   * Copies a pixel's channels in their own order.
   *
   * @param places the array that holds the pixel
   * @param from index of the pixel
   * @param plain receives the channels
   * @param to index of the first channel
   */
  void copyChannels(float[] places, int from, float[] plain, int to) {
    if (order == Order.PLAIN) {
      System.arraycopy(places, from, plain, to, channels);
      return;
    }
    int width = channels / groups;
    int step = order == Order.LANES_ACROSS_GROUPS ? lanes : 1;
    for (int group = 0; group < groups; group++) {
      int first = from + position(group * width);
      for (int i = 0; i < width; i++) {
        plain[to + group * width + i] = places[first + i * step];
      }
    }
  }

  /** The channel at every computed place; -1 for padding. */
  int[] channelAtPlace() {
    int[] channel = new int[vectors() * lanes];
    Arrays.fill(channel, -1);
    for (int c = 0; c < channels; c++) {
      channel[position(c)] = c;
    }
    return channel;
  }

  /** Whether pixels have no padding, so that neighbouring pixels are contiguous. */
  boolean isSeamless() {
    return runs == 1 && runLength == stride;
  }

  /** The number of vectors of a pixel that hold channels. */
  int vectors() {
    return ((runs - 1) * runStep + Packing.roundUp(runLength, lanes)) / lanes;
  }
}
