package org.resnext4j.models.weights.naming;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.resnext4j.models.weights.storage.Contents;
import org.resnext4j.models.weights.storage.StoredTensor;
import org.resnext4j.models.weights.storage.TensorInfo;

/** Finds the reason why the tensors of a file are not a readable network. */
final class Diagnosis {

  /** The number of characters at the end of a tensor's name that the patterns examine. */
  private static final int LONGEST_END = 64;

  /**
   * A sign that a layer's weights do not lie in one plain tensor.
   *
   * @param ends the pattern of the ends of such tensors' names
   * @param reason the rest of a sentence that begins with the tensor's name
   */
  private record Sign(Pattern ends, String reason) {

    static Sign of(String end, String reason) {
      return new Sign(Pattern.compile(end + "$"), reason);
    }
  }

  /**
   * All signs. The mask's sign precedes that of {@code weight_orig}, because pruning and spectral
   * norm both use this name.
   */
  private static final List<Sign> SIGNS =
      List.of(
          Sign.of(
              "weight_mask",
              "is the mask of a pruned layer; call torch.nn.utils.prune.remove before saving"),
          Sign.of(
              "weight_[gv]",
              "is a factor of a weight norm; call torch.nn.utils.remove_weight_norm before saving"),
          Sign.of(
              "weight_orig",
              "is the weight before a spectral norm; call torch.nn.utils.remove_spectral_norm before saving"),
          Sign.of(
              "parametrizations\\.weight\\.\\w+",
              "is a part of a parametrised weight; call torch.nn.utils.parametrize.remove_parametrizations before saving"),
          Sign.of(
              "lora_[AB](\\.\\w+)?\\.weight",
              "is a part of an adapter (LoRA); merge the adapters into the network before saving"),
          Sign.of(
              "_packed_params\\.[\\w.]+",
              "belongs to a quantised layer; quantised weights are not supported"),
          Sign.of(
              "flat_param",
              "is a flat parameter of FSDP; save a full state dict (StateDictType.FULL_STATE_DICT) instead"),
          Sign.of(
              "[./](kernel|gamma|moving_mean|moving_variance)(:0)?",
              "is a name of Keras, TensorFlow or Flax, whose weights are not supported; PyTorch's are"),
          Sign.of(
              "_(running_mean|moving_mean|gamma)",
              "is a name of MXNet or Keras, whose weights are not supported; PyTorch's are"),
          Sign.of(
              "(res\\d_\\w+|conv1|pred)_[wb]",
              "is a name of Caffe2, whose weights are not supported; PyTorch's are"));

  private final List<TensorInfo> tensors;
  private final Map<String, String> unreadable;

  private Diagnosis(Contents contents) {
    this.tensors = contents.tensors().stream().map(StoredTensor::info).toList();
    this.unreadable = contents.unreadable();
  }

  /**
   * Returns the reason why the best network of a file is unreadable; empty if the network is
   * complete.
   *
   * @param found the best network; empty if the file has none
   */
  static Optional<String> of(Contents contents, Optional<NetworkSearch.Found> found) {
    boolean complete =
        found.isPresent() && found.get().match() == 1 && found.get().problem().isEmpty();
    return complete ? Optional.empty() : new Diagnosis(contents).reason(found);
  }

  private Optional<String> reason(Optional<NetworkSearch.Found> found) {
    String prefix = found.map(NetworkSearch.Found::prefix).orElse("");
    List<String> names = new ArrayList<>(tensors.stream().map(TensorInfo::name).toList());
    names.addAll(unreadable.keySet());
    return kept(names.stream().filter(name -> name.startsWith(prefix)).toList())
        .or(() -> empty(prefix))
        .or(() -> found.isPresent() ? Optional.empty() : unreadable())
        .or(() -> found.isPresent() ? Optional.empty() : half(names));
  }

  private static Optional<String> kept(List<String> names) {
    for (Sign sign : SIGNS) {
      for (String name : names) {
        String end = name.substring(Math.max(0, name.length() - LONGEST_END));
        if (sign.ends().matcher(end).find()) {
          return Optional.of("'%s' %s".formatted(name, sign.reason()));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Returns a reason if a parameter is empty, which shows a checkpoint whose values lie in other
   * files.
   */
  private Optional<String> empty(String prefix) {
    return tensors.stream()
        .filter(tensor -> tensor.name().startsWith(prefix) && tensor.shape().equals(List.of(0)))
        .findFirst()
        .map(tensor ->
            "'%s' has no values; a partitioned checkpoint (DeepSpeed's ZeRO, FSDP) must be gathered into one state dict first"
                .formatted(tensor.name()));
  }

  private Optional<String> unreadable() {
    return unreadable.entrySet().stream()
        .findFirst()
        .map(entry -> Narrowing.sentence(entry.getKey(), entry.getValue()));
  }

  /**
   * Returns a reason if the file has only one of the two tensors that identify a naming convention.
   */
  private static Optional<String> half(List<String> names) {
    Set<String> all = new HashSet<>(names);
    for (NamingConvention convention : NamingConvention.ALL) {
      if (Character.isDigit(convention.stem().charAt(0))) {
        continue; // Every sequence of layers has such names.
      }
      for (String name : names) {
        Optional<String> stem = before(name, convention.stem());
        if (stem.isPresent() && !all.contains(stem.get() + convention.firstBlock())) {
          return lacking(name, stem.get() + convention.firstBlock());
        }
        Optional<String> block = before(name, convention.firstBlock());
        if (block.isPresent() && !all.contains(block.get() + convention.stem())) {
          return lacking(name, block.get() + convention.stem());
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> before(String name, String end) {
    int start = name.length() - end.length();
    boolean whole = name.endsWith(end) && (start == 0 || name.charAt(start - 1) == '.');
    return whole ? Optional.of(name.substring(0, start)) : Optional.empty();
  }

  private static Optional<String> lacking(String there, String missing) {
    return Optional.of("it has '%s', but no '%s'".formatted(there, missing));
  }
}
