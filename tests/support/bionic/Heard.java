import com.example.door.Detection;
import com.example.door.InterpreterCheck;
import com.example.door.KeywordSpotter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Prints the largest difference from the golden scores, then the words of a WAV file. */
public final class Heard {
    private static final int HEADER_BYTES = 44;

    public static void main(String[] arguments) throws Exception {
        System.out.println(InterpreterCheck.largestDifference());
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(Path.of(arguments[0])));
        bytes.position(HEADER_BYTES);
        ShortBuffer samples = bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
        short[] pcm = new short[samples.remaining()];
        samples.get(pcm);
        try (KeywordSpotter spotter = KeywordSpotter.open()) {
            for (Detection word : spotter.feed(pcm)) {
                System.out.println(
                        word.getTimeSamples() + " " + word.getScore() + " " + word.getLabel());
            }
        }
    }
}
