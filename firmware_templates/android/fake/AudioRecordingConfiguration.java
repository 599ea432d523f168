package android.media;

/** Stands in for the system's; tells only whether the microphone is silenced. Hand-written. */
public class AudioRecordingConfiguration {
    private final boolean silenced;

    AudioRecordingConfiguration(boolean silenced) {
        this.silenced = silenced;
    }

    public boolean isClientSilenced() {
        return silenced;
    }
}
