package org.resnext4j.serving.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.serving.http.HarmlessJson;
import org.resnext4j.serving.http.RequestException;
import org.resnext4j.vision.metrics.Softmax;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads and writes the bodies of the Open Inference Protocol's infer requests and responses, as
 * JSON and with the binary tensor extension.
 *
 * <p>Bodies are read as a stream into float arrays of bounded size, without a tree of millions of
 * JSON nodes. A request has one of two inputs. {@code input}, {@code FP32 [n, 3, height, width]},
 * holds normalised pictures. {@code image}, {@code BYTES [n]}, holds picture files (Base64 in
 * JSON). The outputs are {@code logits} and {@code probabilities}, {@code FP32 [n, classes]}. With
 * the parameter {@code classification: k}, an output holds the k most likely classes as {@code
 * BYTES} strings {@code value:index:label}.
 */
public final class OpenInference {

  /** The header with the number of JSON bytes in the body. Raw tensors follow these bytes. */
  public static final String JSON_LENGTH_HEADER = "Inference-Header-Content-Length";

  /** The output of class scores before the softmax. */
  public static final String LOGITS = "logits";

  /** The output of class probabilities, which add up to 1. */
  public static final String PROBABILITIES = "probabilities";

  private static final JsonMapper JSON = HarmlessJson.MAPPER;

  private OpenInference() {}

  /**
   * An infer request.
   *
   * @param id text that the response repeats; may be empty
   * @param pictures normalised floats or files
   * @param count number of pictures
   * @param outputs the requested outputs; an empty list requests both
   * @param binaryOutput whether outputs without their own setting are sent as raw bytes
   * @param timeoutMicros the parameter {@code timeout} of Triton, in microseconds
   */
  public record Request(
      String id,
      Pictures pictures,
      int count,
      List<Output> outputs,
      boolean binaryOutput,
      OptionalLong timeoutMicros) {}

  /** The pictures of a request. */
  public sealed interface Pictures {}

  /**
   * Normalised floats.
   *
   * @param nhwc the pictures, {@code [count, height, width, channels]}
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Floats(float[] nhwc) implements Pictures {}

  /**
   * Files of pictures.
   *
   * @param files one file for each picture
   */
  public record Files(List<byte[]> files) implements Pictures {}

  /**
   * A requested output.
   *
   * @param name {@link #LOGITS} or {@link #PROBABILITIES}
   * @param binary whether the output is sent as raw bytes, if the request says so for this output
   * @param classification the number k of most likely classes to send; 0 to send all values
   */
  public record Output(String name, Optional<Boolean> binary, int classification) {}

  /**
   * Reads a request.
   *
   * @param body all bytes
   * @param jsonLength number of JSON bytes at the body's beginning
   * @param input shape of the network's pictures
   * @param maxPictures largest number of pictures in a request
   * @throws RequestException with status 400 and one clear sentence
   */
  public static Request read(byte[] body, int jsonLength, Shape input, int maxPictures) {
    Reader reader = new Reader(body, jsonLength, input, maxPictures);
    if (jsonLength == 0 && body.length > 0) {
      return reader.raw();
    }
    try (JsonParser parser = JSON.createParser(body, 0, jsonLength)) {
      return reader.request(parser);
    } catch (JacksonException e) {
      throw invalid(e);
    }
  }

  /**
   * Reads the body of a request for the repository's index.
   *
   * @return whether the request asks only for ready models
   * @throws RequestException with status 400 if the body is neither empty nor such a request
   */
  public static boolean readyOnly(byte[] body) {
    if (body.length == 0) {
      return false;
    }
    try {
      JsonNode request = JSON.readTree(body);
      JsonNode ready = request.path("ready");
      if (!request.isObject() || !(ready.isMissingNode() || ready.isNull() || ready.isBoolean())) {
        throw bad("the request should be a JSON object in which 'ready' is true or false");
      }
      return ready.asBoolean(false);
    } catch (JacksonException e) {
      throw invalid(e);
    }
  }

  /**
   * The error for malformed JSON. It gives the position, because the library's explanation is meant
   * for programmers.
   */
  private static RequestException invalid(JacksonException e) {
    return new RequestException(
        400,
        e instanceof InputCoercionException
            ? "the request holds a number that is out of range"
            : "the request is not valid JSON%s"
                .formatted(
                    Optional.ofNullable(e.getLocation())
                        .map(at ->
                            " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr()))
                        .orElse(
                            ", or nests deeper or holds a longer number than any request should")),
        e);
  }

  @SuppressWarnings("AnnotateFormatMethod") // The annotation would need another library.
  private static RequestException bad(String message, Object... arguments) {
    return new RequestException(
        400, arguments.length == 0 ? message : message.formatted(arguments));
  }

  private static final class Reader {

    private final byte[] body;
    private final Shape input;
    private final int pictureSize;
    private final int maxPictures;
    private int binaryAt;
    private String id = "";
    private Optional<Tensor> tensor = Optional.empty();
    private List<Output> outputs = List.of();
    private Map<String, Object> parameters = Map.of();

    Reader(byte[] body, int jsonLength, Shape input, int maxPictures) {
      this.body = body;
      this.input = input;
      this.pictureSize = Math.toIntExact(input.elements());
      this.maxPictures = maxPictures;
      this.binaryAt = jsonLength;
    }

    Request request(JsonParser parser) {
      require(parser.nextToken() == JsonToken.START_OBJECT, "the request should be a JSON object");
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        switch (field) {
          case "id" -> {
            if (value == JsonToken.VALUE_NULL) {
              continue;
            }
            require(value == JsonToken.VALUE_STRING, "'id' should be a string");
            id = parser.getString();
            require(id.length() <= 1000, "'id' should have at most 1000 characters");
          }
          case "parameters" -> parameters = parameters(parser);
          case "inputs" -> inputs(parser);
          case "outputs" -> outputs = value == JsonToken.VALUE_NULL ? List.of() : outputs(parser);
          default -> parser.skipChildren();
        }
      }
      require(parser.nextToken() == null, "there is more after the request's JSON object");
      Tensor given =
          tensor.orElseThrow(() -> bad("the request has no input; expected 'input' or 'image'"));
      require(
          binaryAt == body.length,
          "%d bytes follow the JSON, but its inputs account for %d",
          body.length,
          binaryAt);
      return new Request(
          id,
          given.pictures,
          given.count,
          outputs,
          flag(parameters, "binary_data_output").orElse(false),
          timeout(parameters));
    }

    /**
     * Reads a request without JSON. The body is the tensor, and its size gives the number of
     * pictures.
     */
    Request raw() {
      require(
          body.length % (4 * pictureSize) == 0,
          "raw binary input should have %d bytes a picture, found %d",
          4L * pictureSize,
          body.length);
      int count = count(body.length / (4 * pictureSize));
      FloatBuffer nchw = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      return new Request(
          "", new Floats(toNhwc(nchw, count)), count, List.of(), true, OptionalLong.empty());
    }

    private record Tensor(Pictures pictures, int count) {}

    private void inputs(JsonParser parser) {
      require(
          parser.currentToken() == JsonToken.START_ARRAY, "'inputs' should be an array of tensors");
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        require(
            parser.currentToken() == JsonToken.START_OBJECT, "an input should be a JSON object");
        require(tensor.isEmpty(), "there is more than one input; expected 'input' or 'image'");
        tensor = Optional.of(input(parser));
      }
    }

    private Tensor input(JsonParser parser) {
      String name = "";
      String datatype = "";
      List<Long> shape = List.of();
      Map<String, Object> own = Map.of();
      Optional<Values> data = Optional.empty();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        switch (field) {
          case "name" -> {
            require(value == JsonToken.VALUE_STRING, "an input's 'name' should be a string");
            name = parser.getString();
          }
          case "datatype" -> {
            require(value == JsonToken.VALUE_STRING, "an input's 'datatype' should be a string");
            datatype = parser.getString();
          }
          case "shape" -> shape = shape(parser);
          case "parameters" -> own = parameters(parser);
          case "data" -> {
            if (value == JsonToken.VALUE_NULL) {
              continue;
            }
            Values values = new Values(maxPictures, pictureSize);
            values.read(parser);
            data = Optional.of(values);
          }
          default -> parser.skipChildren();
        }
      }
      Optional<ByteBuffer> raw = Optional.empty();
      Optional<Long> binarySize = parameter(own, "binary_data_size", Long.class, "a whole number");
      if (binarySize.isPresent()) {
        long size = binarySize.get();
        require(data.isEmpty(), "input '%s' has both 'data' and 'binary_data_size'", name);
        require(
            size >= 0 && size <= body.length - binaryAt,
            "input '%s' should have %d bytes of binary data, but only %d follow",
            name,
            size,
            body.length - binaryAt);
        int bytes = Math.toIntExact(size);
        raw = Optional.of(ByteBuffer.wrap(body, binaryAt, bytes).order(ByteOrder.LITTLE_ENDIAN));
        binaryAt += bytes;
      }
      require(
          data.isPresent() || raw.isPresent(),
          "input '%s' has no 'data' and no 'binary_data_size'",
          name);
      return switch (name) {
        case "input" -> floats(datatype, shape, data, raw);
        case "image" -> files(datatype, shape, data, raw);
        default -> throw bad("there is no input '%s'; expected 'input' or 'image'", name);
      };
    }

    private Tensor floats(
        String datatype, List<Long> shape, Optional<Values> data, Optional<ByteBuffer> raw) {
      List<Long> picture =
          List.of((long) input.channels(), (long) input.height(), (long) input.width());
      require(
          datatype.equals("FP32"), "input 'input' should have datatype FP32, found '%s'", datatype);
      require(
          shape.size() == 4 && shape.subList(1, 4).equals(picture),
          "input 'input' should have shape [n, %d, %d, %d], found %s",
          input.channels(),
          input.height(),
          input.width(),
          shape);
      int count = count(shape.getFirst());
      long needed = (long) count * pictureSize;
      FloatBuffer nchw;
      if (raw.isPresent()) {
        int bytes = raw.get().remaining();
        require(
            bytes == 4L * needed,
            "input 'input' of shape %s needs %d bytes, found %d",
            shape,
            4L * needed,
            bytes);
        nchw = raw.get().asFloatBuffer();
      } else {
        Values values = data.orElseThrow();
        require(
            values.strings.isEmpty() && values.size == needed,
            "input 'input' of shape %s needs %d numbers, found %d",
            shape,
            needed,
            values.size);
        nchw = FloatBuffer.wrap(values.numbers, 0, values.size);
      }
      return new Tensor(new Floats(toNhwc(nchw, count)), count);
    }

    /**
     * Reorders and checks the numbers in one pass. A picture of 224×224 pixels has 150,528 numbers.
     */
    private float[] toNhwc(FloatBuffer nchw, int count) {
      int channels = input.channels();
      float[] plane = new float[input.height() * input.width()];
      float[] nhwc = new float[count * pictureSize];
      for (int n = 0; n < count; n++) {
        for (int c = 0; c < channels; c++) {
          nchw.get(plane);
          int to = n * pictureSize + c;
          for (float value : plane) {
            if (!Float.isFinite(value)) {
              throw bad("input 'input' should hold finite numbers, found %s", value);
            }
            nhwc[to] = value;
            to += channels;
          }
        }
      }
      return nhwc;
    }

    private Tensor files(
        String datatype, List<Long> shape, Optional<Values> data, Optional<ByteBuffer> raw) {
      require(
          datatype.equals("BYTES"),
          "input 'image' should have datatype BYTES, found '%s'",
          datatype);
      require(
          shape.size() == 1 || (shape.size() == 2 && shape.get(1) == 1),
          "input 'image' should have shape [n] or [n, 1], found %s",
          shape);
      int count = count(shape.getFirst());
      List<byte[]> files = raw.isPresent() ? elements(raw.get()) : base64(data.orElseThrow());
      require(
          files.size() == count,
          "input 'image' of shape %s needs %d pictures, found %d",
          shape,
          count,
          files.size());
      return new Tensor(new Files(files), count);
    }

    private List<byte[]> base64(Values values) {
      require(values.size == 0, "input 'image' should hold Base64 strings, found numbers");
      List<byte[]> files = new ArrayList<>();
      for (String text : values.strings) {
        try {
          files.add(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
          throw bad(
              "input 'image' should hold Base64 strings, but picture %d is none", files.size() + 1);
        }
      }
      return files;
    }

    /**
     * Reads the elements of a BYTES tensor. Each element is its length in 4 bytes, little-endian,
     * followed by its bytes.
     */
    private List<byte[]> elements(ByteBuffer buffer) {
      List<byte[]> elements = new ArrayList<>();
      while (buffer.hasRemaining()) {
        require(
            buffer.remaining() >= 4 && elements.size() < maxPictures,
            "the binary data of input 'image' should be at most %d elements, each with its length"
                + " in 4 bytes before it",
            maxPictures);
        int length = buffer.getInt();
        require(
            length >= 0 && length <= buffer.remaining(),
            "an element of input 'image' should have %d bytes, but %d are left",
            length,
            buffer.remaining());
        byte[] element = new byte[length];
        buffer.get(element);
        elements.add(element);
      }
      return elements;
    }

    private int count(long first) {
      require(
          first >= 1 && first <= maxPictures,
          "a request may have 1 to %d pictures, found %d",
          maxPictures,
          first);
      return (int) first;
    }

    private List<Output> outputs(JsonParser parser) {
      require(
          parser.currentToken() == JsonToken.START_ARRAY,
          "'outputs' should be an array of outputs");
      List<Output> wanted = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        require(
            parser.currentToken() == JsonToken.START_OBJECT, "an output should be a JSON object");
        require(wanted.size() < 8, "there are more than 8 outputs");
        String name = "";
        Map<String, Object> own = Map.of();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          String field = parser.currentName();
          JsonToken value = parser.nextToken();
          switch (field) {
            case "name" -> {
              require(value == JsonToken.VALUE_STRING, "an output's 'name' should be a string");
              name = parser.getString();
            }
            case "parameters" -> own = parameters(parser);
            default -> parser.skipChildren();
          }
        }
        require(
            name.equals(LOGITS) || name.equals(PROBABILITIES),
            "there is no output '%s'; expected 'logits' or 'probabilities'",
            name);
        long best = classification(own);
        require(
            best >= 0 && best <= 100_000,
            "the parameter 'classification' should be 1 to 100000, found %d",
            best);
        wanted.add(new Output(name, flag(own, "binary_data"), (int) best));
      }
      return List.copyOf(wanted);
    }

    /**
     * A parameter; empty if the request lacks it.
     *
     * @param type type of its value
     * @param expected the type in words
     */
    private static <T> Optional<T> parameter(
        Map<String, Object> parameters, String name, Class<T> type, String expected) {
      Optional<Object> value = Optional.ofNullable(parameters.get(name));
      require(
          value.isEmpty() || type.isInstance(value.get()),
          "the parameter '%s' should be %s, found '%s'",
          name,
          expected,
          value.orElse(""));
      return value.map(type::cast);
    }

    private static Optional<Boolean> flag(Map<String, Object> parameters, String name) {
      return parameter(parameters, name, Boolean.class, "true or false");
    }

    /** The client's time limit for its request, in microseconds; 0 means no limit. */
    private static OptionalLong timeout(Map<String, Object> parameters) {
      String expected = "a number of microseconds";
      long micros = parameter(parameters, "timeout", Long.class, expected).orElse(0L);
      require(micros >= 0, "the parameter 'timeout' should be %s, found '%s'", expected, micros);
      return micros > 0 ? OptionalLong.of(micros) : OptionalLong.empty();
    }

    /** The number of requested classes; 0 for all. Some clients send the number as text. */
    private static long classification(Map<String, Object> parameters) {
      Object wanted = parameters.getOrDefault("classification", 0L);
      if (wanted instanceof Long number) {
        return number;
      }
      String text = String.valueOf(wanted);
      require(
          wanted instanceof String && text.matches("[0-9]{1,6}"),
          "the parameter 'classification' should be 1 to 100000, found '%s'",
          text);
      return Long.parseLong(text);
    }

    private List<Long> shape(JsonParser parser) {
      require(
          parser.currentToken() == JsonToken.START_ARRAY, "'shape' should be an array of integers");
      List<Long> shape = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        require(
            parser.currentToken() == JsonToken.VALUE_NUMBER_INT && shape.size() < 8,
            "'shape' should be an array of at most 8 integers");
        shape.add(parser.getLongValue());
      }
      return List.copyOf(shape);
    }

    /**
     * The parameters of an object. A null counts as absent. No parameter takes an array or object;
     * such a value becomes an empty list, which the check of the parameter's type then refuses.
     */
    private Map<String, Object> parameters(JsonParser parser) {
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        return Map.of();
      }
      require(
          parser.currentToken() == JsonToken.START_OBJECT, "'parameters' should be a JSON object");
      Map<String, Object> found = new TreeMap<>();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String field = parser.currentName();
        require(found.size() < 64, "there are more than 64 parameters");
        switch (parser.nextToken()) {
          case VALUE_NUMBER_INT -> found.put(field, parser.getLongValue());
          case VALUE_TRUE -> found.put(field, true);
          case VALUE_FALSE -> found.put(field, false);
          case VALUE_STRING -> found.put(field, parser.getString());
          case VALUE_NUMBER_FLOAT -> found.put(field, parser.getDoubleValue());
          case VALUE_NULL -> {
            // Null counts as an absent parameter.
          }
          default -> {
            parser.skipChildren();
            found.put(field, List.of());
          }
        }
      }
      return found;
    }

    private static void require(boolean holds, String message, Object... arguments) {
      if (!holds) {
        throw bad(message, arguments);
      }
    }
  }

  /** The values of a JSON tensor, nested or flat. */
  private static final class Values {

    private final int maxPictures;
    private final long maxNumbers;
    private float[] numbers;
    private int size;
    private final List<String> strings = new ArrayList<>();

    Values(int maxPictures, int pictureSize) {
      this.maxPictures = maxPictures;
      this.maxNumbers = (long) maxPictures * pictureSize;
      this.numbers = new float[pictureSize];
    }

    void read(JsonParser parser) {
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        throw bad("'data' should be an array");
      }
      int depth = 1;
      while (depth > 0) {
        switch (parser.nextToken()) {
          case START_ARRAY -> depth++;
          case END_ARRAY -> depth--;
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> add(parser.getFloatValue());
          case VALUE_STRING -> {
            if (strings.size() == maxPictures) {
              throw bad("a request may have at most %d pictures", maxPictures);
            }
            strings.add(parser.getString());
          }
          default -> throw bad("'data' should hold numbers or strings only");
        }
      }
    }

    private void add(float value) {
      if (size == numbers.length) {
        if (size == maxNumbers) {
          throw bad("a request may have at most %d pictures", maxPictures);
        }
        numbers = Arrays.copyOf(numbers, (int) Math.min(maxNumbers, 2L * size));
      }
      numbers[size++] = value;
    }
  }

  /**
   * An encoded response.
   *
   * @param body JSON followed by the raw outputs
   * @param jsonLength number of JSON bytes; the whole length if no output is raw
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Response(byte[] body, int jsonLength) {}

  /**
   * Writes the response to a request.
   *
   * @param model the name of the model that answered
   * @param version the model's version
   * @param labels names of the model's classes
   * @param logits {@code [count, classes]}
   */
  public static Response write(
      Request request, String model, String version, List<String> labels, float[] logits) {
    List<Output> outputs =
        request.outputs().isEmpty()
            ? List.of(
                new Output(LOGITS, Optional.empty(), 0),
                new Output(PROBABILITIES, Optional.empty(), 0))
            : request.outputs();
    int classes = labels.size();
    float[] probabilities = Softmax.rows(logits, classes);
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(json)) {
      out.writeStartObject();
      out.writeStringProperty("model_name", model);
      out.writeStringProperty("model_version", version);
      if (!request.id().isEmpty()) {
        out.writeStringProperty("id", request.id());
      }
      out.writeArrayPropertyStart("outputs");
      for (Output output : outputs) {
        float[] values = output.name().equals(LOGITS) ? logits : probabilities;
        boolean binary = output.binary().orElse(request.binaryOutput());
        out.writeStartObject();
        out.writeStringProperty("name", output.name());
        if (output.classification() > 0) {
          best(out, raw, binary, Math.min(output.classification(), classes), values, labels);
        } else {
          numbers(out, raw, binary, values, request.count(), classes);
        }
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeEndObject();
    }
    int jsonLength = json.size();
    json.writeBytes(raw.toByteArray());
    return new Response(json.toByteArray(), jsonLength);
  }

  private static void numbers(
      JsonGenerator out,
      ByteArrayOutputStream raw,
      boolean binary,
      float[] values,
      int count,
      int classes) {
    head(out, "FP32", count, classes);
    if (binary) {
      ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      writeRaw(out, raw, bytes.array());
    } else {
      out.writeArrayPropertyStart("data");
      for (float value : values) {
        out.writeNumber(value);
      }
      out.writeEndArray();
    }
  }

  private static void best(
      JsonGenerator out,
      ByteArrayOutputStream raw,
      boolean binary,
      int best,
      float[] values,
      List<String> labels) {
    int classes = labels.size();
    int count = values.length / classes;
    List<String> texts = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      for (int index : Scores.top(values, n * classes, classes, best)) {
        texts.add("%s:%d:%s".formatted(values[n * classes + index], index, labels.get(index)));
      }
    }
    head(out, "BYTES", count, best);
    if (binary) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (String text : texts) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        bytes.writeBytes(
            ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(utf8.length).array());
        bytes.writeBytes(utf8);
      }
      writeRaw(out, raw, bytes.toByteArray());
    } else {
      out.writeArrayPropertyStart("data");
      texts.forEach(out::writeString);
      out.writeEndArray();
    }
  }

  private static void head(JsonGenerator out, String datatype, int count, int columns) {
    out.writeStringProperty("datatype", datatype);
    out.writeArrayPropertyStart("shape");
    out.writeNumber(count);
    out.writeNumber(columns);
    out.writeEndArray();
  }

  private static void writeRaw(JsonGenerator out, ByteArrayOutputStream raw, byte[] bytes) {
    out.writeObjectPropertyStart("parameters");
    out.writeNumberProperty("binary_data_size", bytes.length);
    out.writeEndObject();
    raw.writeBytes(bytes);
  }
}
