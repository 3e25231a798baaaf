package org.resnext4j.engine.cpu.inference;

import java.util.Arrays;
import org.resnext4j.engine.cpu.kernel.Packing;

/**
 * The order of a pixel's channels in memory. Each layer chooses the order that its kernel reads
 * fastest. The layers around it fold the order into their weights, so it costs no time.
 *
 * <p>The channels fill {@code runs} stretches of {@code runLength} places, {@code runStep} apart.
 * The places between the stretches are padding that no result depends on. In {@link
 * #lanesAcrossGroups} a stretch holds padding too if the groups do not fill the last vector; its
 * weights are zero.
 *
 * @param order how channels are mapped to places
 * @param channels number of channels
 * @param groups number of groups, 1 where the order knows none
 * @param stride places of a pixel
 * @param lanes values in a vector
 * @param runs stretches that hold channels
 * @param runLength places of a stretch
 * @param runStep from the start of one stretch to the next
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

  /** How channels are mapped to places. */
  enum Order {
    /** Channel c at place c. */
    PLAIN,
    /** Each group starts a new vector. */
    PADDED_GROUPS,
    /** Lanes are groups: channel j of as many groups as there are lanes fills one vector. */
    LANES_ACROSS_GROUPS
  }

  /**
   * Channels in their own order without padding, for maps that no kernel writes in whole vectors.
   */
  static ChannelLayout compact(int channels) {
    return new ChannelLayout(Order.PLAIN, channels, 1, channels, 1, 1, channels, channels);
  }

  /**
   * Adds a cache line to strides that are multiples of 1 KiB, whose pixels share few cache sets.
   */
  private static int apart(int stride, int lanes) {
    return stride % 256 == 0 ? stride + Packing.roundUp(Packing.LINE, lanes) : stride;
  }

  /** Channels in their own order, padded to whole vectors. */
  static ChannelLayout plain(int channels, int lanes) {
    int stride = apart(Packing.roundUp(channels, lanes), lanes);
    return new ChannelLayout(Order.PLAIN, channels, 1, stride, lanes, 1, channels, stride);
  }

  /** Channels group by group, each padded to whole vectors. */
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
   * Lanes across cardinality: one vector holds channel j of as many consecutive groups as there are
   * lanes, so a grouped convolution is a product of vectors, lane by lane.
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
   * @param places holds the pixel
   * @param from where it starts
   * @param plain gets its channels
   * @param to where they start
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

  /** The channel at every place that vectors are computed for, -1 where there is none. */
  int[] channelAtPlace() {
    int[] channel = new int[vectors() * lanes];
    Arrays.fill(channel, -1);
    for (int c = 0; c < channels; c++) {
      channel[position(c)] = c;
    }
    return channel;
  }

  /** Whether pixels hold nothing but channels, so that neighbours can be read as one stretch. */
  boolean isSeamless() {
    return runs == 1 && runLength == stride;
  }

  /** Vectors of a pixel that hold channels. */
  int vectors() {
    return ((runs - 1) * runStep + Packing.roundUp(runLength, lanes)) / lanes;
  }
}
