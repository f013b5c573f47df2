"""Put together what the picture model is, from settings, prompt templates and lexicon."""

from configs.load_clearance import protected_names
from configs.load_lexicon import load_lexicon
from configs.load_prompts import load_prompts
from configs.settings import GenerationSettings
from models.generator_setup import GeneratorSetup


def generator_setup(settings: GenerationSettings, model: str = "") -> GeneratorSetup:
    """The configured setup, with another model where one is named; InvalidInput when parts contradict each other."""
    return GeneratorSetup(
        model=model or settings.model,
        start=settings.start,
        strength=settings.strength,
        controlnet=settings.controlnet,
        control=settings.control,
        control_scale=settings.control_scale,
        lora=settings.lora,
        lora_scale=settings.lora_scale,
        ip_adapter=settings.ip_adapter,
        ip_adapter_scale=settings.ip_adapter_scale,
        style_picture=settings.style_picture,
        expander=settings.expander,
        guidance=settings.guidance,
        family=settings.prompt_family,
        language=settings.prompt_language,
        device=settings.device,
        precision=settings.precision,
        threads=settings.threads,
        batch_size=settings.batch_size,
        templates=load_prompts(),
        terms=tuple(load_lexicon().terms.values()) if settings.expander else (),
        names=protected_names(),
    )
